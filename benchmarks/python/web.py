"""The web side: what the marketplace and Jira call. Work goes to Celery through Redis."""
from flask import Flask, abort, request

import settings
from tasks import jira_event, poll_events

app = Flask(__name__)


@app.route("/mp/trigger", methods=["POST"])
def trigger():
    poll_events.delay()
    return "", 204


@app.route("/api/webhooks/jira", methods=["POST"])
def webhook():
    if request.args.get("secret") != settings.SECRET:
        abort(401)
    jira_event.delay(request.args["issue_id"], request.get_json(silent=True))
    return "", 204


@app.route("/healthz")
def health():
    return "", 200
