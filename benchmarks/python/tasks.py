"""The work: events of the marketplace become issues and comments, changes in Jira go back.

The same corridor as the Python adapter had, with those of its faults mended that kept it from carrying
anything at all: the way it asks, writes and commits is its own.
"""
import datetime

import redis
from celery import Celery

import remotes
import settings
from tables import Bookkeeping, Comment, Project, ProjectItem, db

# What became of each task is kept in Redis too, as it was there.
celery = Celery("worker", broker=settings.OMS_REDIS, backend=settings.OMS_REDIS)
celery.conf.update(broker_connection_retry_on_startup=True)
locks = redis.Redis.from_url(settings.OMS_REDIS)

DATE = "%Y-%m-%dT%H:%M:%SZ"
PAGE = 100


@celery.task(autoretry_for=(Exception,))
def poll_events():
    """One at a time, as the original's lock had it; one that waits is enough."""
    lock = locks.lock("poll", timeout=600, blocking_timeout=600)
    if not lock.acquire():
        return
    try:
        while page():
            pass
    finally:
        lock.release()


def page():
    book = Bookkeeping.query.first()
    if book is None:
        book = Bookkeeping(last_event_timestamp=datetime.datetime(2020, 1, 1))
        db.session.add(book)
        db.session.commit()
    since = book.last_event_timestamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    events = remotes.events(since, PAGE)
    for event in events:
        handle(event)
        # The stamp is coarser than the filter: the last second is read again, and known by then.
        book.last_event_timestamp = datetime.datetime.strptime(event["timestamp"], DATE)
        db.session.commit()
    return len(events) == PAGE


def handle(event):
    resource, kind = event["resource"], event["type"]
    if resource == "project" and kind == "create":
        project(event["project_id"])
    elif resource == "project_item" and kind == "create":
        item(event["project_id"], event["project_item_id"])
    elif resource == "project_item":
        update_item(event["project_id"], event["project_item_id"])
    elif resource == "message" and kind == "create":
        message(event)


def project(mp_id):
    known = Project.query.filter_by(mp_id=mp_id).first()
    if known is None:
        known = Project(mp_id=mp_id, jira_id=remotes.create_epic(remotes.project(mp_id)))
        db.session.add(known)
        db.session.commit()
    return known


def item(project_id, mp_id):
    known = ProjectItem.query.filter_by(project_id=project_id, mp_id=mp_id).first()
    if known is None:
        epic = project(project_id)
        found = remotes.item(project_id, mp_id)
        jira_id = remotes.create_order(remotes.project(project_id), found, epic.jira_id)
        known = ProjectItem(project_id=project_id, mp_id=mp_id, jira_id=jira_id)
        db.session.add(known)
        db.session.commit()
        if found["status"]["type"] == "created":
            remotes.patch_item(project_id, mp_id, "registered")
    return known


def update_item(project_id, mp_id):
    known = item(project_id, mp_id)
    wanted = settings.TO_JIRA.get(remotes.item(project_id, mp_id)["status"]["type"])
    if wanted is not None and remotes.issue(known.jira_id)["fields"]["status"]["id"] != wanted:
        remotes.move(known.jira_id, wanted)


def message(event):
    if event.get("project_id") is None:
        return
    mp_id = event["message_id"]
    if Comment.query.filter_by(mp_id=mp_id).first() is not None:
        return
    found = remotes.message(mp_id)
    if found["scope"] == "user_direct":
        return
    of_item = event.get("project_item_id") is not None
    parent = item(event["project_id"], event["project_item_id"]) if of_item else project(event["project_id"])
    jira_id = remotes.add_comment(parent.jira_id, found["content"])
    db.session.add(Comment(mp_id=mp_id, jira_id=jira_id, parent_type="ProjectItem" if of_item else "Project", parent_id=parent.id))
    db.session.commit()


@celery.task(autoretry_for=(Exception,))
def jira_event(issue_id, body):
    known = ProjectItem.query.filter_by(jira_id=issue_id).first()
    if known is None or body is None:
        return
    if "comment" in body:
        comment(known, body["comment"])
        return
    for change in body.get("changelog", {}).get("items", []):
        if change.get("fieldId", change.get("field")) == "status":
            status = settings.WORKFLOW.get(change["to"])
            now = remotes.issue(known.jira_id)["fields"]["status"]["id"]
            if status is not None and now == change["to"]:
                remotes.patch_item(known.project_id, known.mp_id, status)


def comment(known, found):
    if found["author"].get("name") == settings.JIRA_USER:
        return
    if Comment.query.filter_by(jira_id=int(found["id"])).first() is not None:
        return
    mp_id = remotes.post_message(known.project_id, known.mp_id, found["body"])
    db.session.add(Comment(mp_id=mp_id, jira_id=int(found["id"]), parent_type="ProjectItem", parent_id=known.id))
    db.session.commit()
