"""Settings of the replica, by the names that the Python adapter had."""
import os

OMS_ID = int(os.environ.get("OMS_ID", "1"))
OMS_MP_URL = os.environ.get("OMS_MP_URL", "")
OMS_MP_TOKEN = os.environ.get("OMS_MP_TOKEN", "")
OMS_DB = os.environ.get("OMS_DB", "sqlite:///oms.db")
OMS_REDIS = os.environ.get("OMS_REDIS_HOST", "redis://127.0.0.1:6379/0")
JIRA_URL = os.environ.get("OMS_JIRA_URL", "")
JIRA_USER = os.environ.get("OMS_JIRA_USERNAME", "")
JIRA_PASSWORD = os.environ.get("OMS_JIRA_PASSWORD", "")
JIRA_PROJECT = os.environ.get("OMS_JIRA_PROJECT", "EOSC")
ORDER_TYPE = os.environ.get("OMS_JIRA_ISSUE_TYPE_ID", "")
PROJECT_TYPE = os.environ.get("OMS_JIRA_PROJECT_ISSUE_TYPE_ID", "")
SECRET = os.environ.get("OMS_JIRA_WEBHOOK_SECRET", "")

STATUSES = ("todo", "in_progress", "waiting_for_response", "approved", "rejected", "closed", "ready")
WORKFLOW = {
    os.environ.get("OMS_JIRA_WF_" + name.upper(), str(number)): "registered" if name == "todo" else name
    for number, name in enumerate(STATUSES, 1)
}
TO_JIRA = {status: jira for jira, status in WORKFLOW.items()}


def field(name):
    return os.environ.get("OMS_JIRA_FIELD_" + name)
