"""The tables that the Python adapter had, at its last migration."""
from sqlalchemy import Column, DateTime, Enum, Integer, create_engine
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker

import settings

Base = declarative_base()


class Bookkeeping(Base):
    __tablename__ = "bookkeeping"
    id = Column(Integer, primary_key=True)
    last_event_timestamp = Column(DateTime)
    last_event_id = Column(Integer)


class Project(Base):
    __tablename__ = "project"
    id = Column(Integer, primary_key=True)
    mp_id = Column(Integer, nullable=False)
    jira_id = Column(Integer, nullable=False, unique=True)


class ProjectItem(Base):
    __tablename__ = "project_item"
    id = Column(Integer, primary_key=True)
    mp_id = Column(Integer, nullable=False)
    jira_id = Column(Integer, nullable=False, unique=True)
    project_id = Column(Integer, nullable=False)


class Comment(Base):
    __tablename__ = "comment"
    id = Column(Integer, primary_key=True)
    mp_id = Column(Integer, nullable=False)
    jira_id = Column(Integer, nullable=False, unique=True)
    parent_type = Column(Enum("Project", "ProjectItem", name="commenttype"))
    parent_id = Column(Integer, nullable=False)


engine = create_engine(settings.OMS_DB)
Session = scoped_session(sessionmaker(bind=engine))


def make():
    Base.metadata.create_all(engine)


if __name__ == "__main__":
    make()
