"""The marketplace and Jira, one kept connection to each, as requests and the jira library keep them.

The jira library reads an issue back after it made or moved it: so does this.
"""
import requests

import settings

marketplace = requests.Session()
marketplace.headers.update({"X-User-Token": settings.OMS_MP_TOKEN, "Accept": "application/json"})
jira = requests.Session()
jira.auth = (settings.JIRA_USER, settings.JIRA_PASSWORD)
jira.headers.update({"Accept": "application/json"})


def _mp(method, path, body=None):
    answer = marketplace.request(method, f"{settings.OMS_MP_URL}/api/v1/oms/{settings.OMS_ID}{path}", json=body)
    answer.raise_for_status()
    return answer.json()


def _jira(method, path, body=None):
    answer = jira.request(method, f"{settings.JIRA_URL}/rest/api/2{path}", json=body)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def events(since, limit):
    return _mp("GET", f"/events?from_timestamp={since}&limit={limit}")["events"]


def project(mp_id):
    return _mp("GET", f"/projects/{mp_id}")


def item(project_id, mp_id):
    return _mp("GET", f"/projects/{project_id}/project_items/{mp_id}")


def patch_item(project_id, mp_id, status):
    _mp("PATCH", f"/projects/{project_id}/project_items/{mp_id}", {"status": {"value": status, "type": status}})


def message(mp_id):
    return _mp("GET", f"/messages/{mp_id}")


def post_message(project_id, mp_id, content):
    author = {"email": "staff@example.org", "name": "Staff", "role": "mediator"}
    body = {"project_id": project_id, "project_item_id": mp_id, "author": author, "content": content, "scope": "public"}
    return _mp("POST", "/messages", body)["id"]


def issue(jira_id):
    return _jira("GET", f"/issue/{jira_id}")


def _create(fields):
    named = {"project": {"key": settings.JIRA_PROJECT}, **{name: value for name, value in fields.items() if name and value}}
    made = _jira("POST", "/issue", {"fields": named})
    return int(issue(made["id"])["id"])


def create_epic(found):
    owner, attributes = found["owner"], found["attributes"]
    return _create({
        "issuetype": {"id": settings.PROJECT_TYPE},
        "summary": f"Project, {owner['first_name']} {owner['last_name']}, {attributes['name']}"[:255],
        settings.field("Epic_Name"): attributes["name"],
        settings.field("CI_Name"): owner["first_name"],
        settings.field("CI_Surname"): owner["last_name"],
        settings.field("CI_Email"): owner["email"],
        settings.field("CI_DisplayName"): owner["name"],
        settings.field("SO_ProjectName"): f"{attributes['name']} ({found['id']})",
    })


def create_order(project_found, found, epic):
    owner, attributes = project_found["owner"], found["attributes"]
    return _create({
        "issuetype": {"id": settings.ORDER_TYPE},
        "summary": f"Service order, {owner['first_name']} {owner['last_name']}, {attributes['service']}"[:255],
        settings.field("Epic_Link"): issue(epic)["key"],
        settings.field("Order_reference"): f"{settings.OMS_MP_URL}/projects/{project_found['id']}/services/{found['id']}",
    })


def move(jira_id, status):
    for way in _jira("GET", f"/issue/{jira_id}/transitions")["transitions"]:
        if way["to"]["id"] == status:
            _jira("POST", f"/issue/{jira_id}/transitions", {"transition": {"id": way["id"]}})
            issue(jira_id)
            return


def add_comment(jira_id, content):
    return int(_jira("POST", f"/issue/{jira_id}/comment", {"body": content})["id"])
