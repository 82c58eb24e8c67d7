"""The tables that the Python adapter had, at its last migration."""
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Bookkeeping(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    last_event_timestamp = db.Column(db.DateTime)
    last_event_id = db.Column(db.Integer)


class Project(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    mp_id = db.Column(db.Integer, nullable=False)
    jira_id = db.Column(db.Integer, nullable=False, unique=True)


class ProjectItem(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    mp_id = db.Column(db.Integer, nullable=False)
    jira_id = db.Column(db.Integer, nullable=False, unique=True)
    project_id = db.Column(db.Integer, nullable=False)


class Comment(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    mp_id = db.Column(db.Integer, nullable=False)
    jira_id = db.Column(db.Integer, nullable=False, unique=True)
    parent_type = db.Column(db.Enum("Project", "ProjectItem", name="commenttype"))
    parent_id = db.Column(db.Integer, nullable=False)
