"""The web side: what the marketplace and Jira call. Work goes to Celery through Redis.

Put together as the Python adapter was, Sentry's watch over each request and each task included. It stood
on Flask-RESTX, which Debian does not have; this stands on Flask-RESTful, from which that descends.
"""
from functools import wraps

import sentry_sdk
from flask import Flask, current_app, request
from flask_migrate import Migrate
from flask_restful import Api, Resource
from sentry_sdk.integrations.flask import FlaskIntegration

import settings
from tables import db
from tasks import celery, jira_event, poll_events

api = Api()


def secret_required(handle):
    @wraps(handle)
    def checked(*args, **kwargs):
        if request.args.get("secret") != current_app.config["JIRA_WEBHOOK_SECRET"]:
            return None, 401
        return handle(*args, **kwargs)

    return checked


class Trigger(Resource):
    def post(self):
        poll_events.delay()
        return None, 204


class JiraWebhook(Resource):
    @secret_required
    def post(self):
        issue_id = request.args.get("issue_id")
        jira_event.delay(int(issue_id) if issue_id else None, request.get_json(silent=True))
        return None, 204


class Health(Resource):
    """The original had none: the benchmark asks when it is up."""

    def get(self):
        return None, 200


api.add_resource(Trigger, "/mp/trigger")
api.add_resource(JiraWebhook, "/api/webhooks/jira")
api.add_resource(Health, "/healthz")


def make_app():
    sentry_sdk.init(integrations=[FlaskIntegration()], traces_sample_rate=1.0)
    made = Flask(__name__)
    made.config.update(
        SQLALCHEMY_DATABASE_URI=settings.OMS_DB,
        SQLALCHEMY_TRACK_MODIFICATIONS=False,
        JIRA_WEBHOOK_SECRET=settings.SECRET,
    )
    db.init_app(made)
    Migrate(made, db)
    api.init_app(made)

    class TaskInContext(celery.Task):
        def __call__(self, *args, **kwargs):
            with made.app_context():
                return self.run(*args, **kwargs)

    celery.Task = TaskInContext
    return made


app = make_app()
