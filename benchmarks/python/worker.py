"""What Celery runs: the tasks, in the context of the web side's application, on tables that are there."""
import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.redis import RedisIntegration

from tables import db
from tasks import celery as app
from web import app as site

sentry_sdk.init(integrations=[CeleryIntegration(), RedisIntegration()], traces_sample_rate=1.0)
with site.app_context():
    db.create_all()
