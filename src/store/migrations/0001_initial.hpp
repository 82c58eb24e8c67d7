#pragma once

#include <string_view>

namespace oms::store::migrations {

/// Enumerations stand as words with a CHECK; the same words are in the C++ enums beside each table.
inline constexpr std::string_view initial_up = R"sql(
CREATE TABLE subject (
    key             text    NOT NULL PRIMARY KEY,
    project_id      bigint  NOT NULL,
    state           text    NOT NULL CHECK (state IN ('idle', 'due', 'leased', 'waiting', 'attention')),
    dirty           bigint  NOT NULL,
    claims          text    NOT NULL,
    working         bigint  NOT NULL,
    working_claims  text    NOT NULL,
    generation      bigint  NOT NULL,
    done_generation bigint  NOT NULL,
    lane            bigint  NOT NULL,
    due_at          bigint  NOT NULL,
    hinted_at       bigint  NOT NULL,
    attempts        bigint  NOT NULL,
    refusals        bigint  NOT NULL,
    lease_owner     text    NOT NULL,
    lease_until     bigint  NOT NULL,
    fence           bigint  NOT NULL,
    failure         text    NOT NULL,
    failure_says    text    NOT NULL
);
CREATE INDEX subject_due ON subject (lane, due_at) WHERE state IN ('due', 'waiting', 'attention');
CREATE INDEX subject_leased ON subject (lease_until) WHERE state = 'leased';
CREATE INDEX subject_project ON subject (project_id);

CREATE TABLE link (
    subject            text   NOT NULL PRIMARY KEY,
    project_id         bigint NOT NULL,
    state              text   NOT NULL CHECK (state IN ('before', 'linked', 'orphaned')),
    issue_id           text   UNIQUE,
    issue_key          text   NOT NULL,
    issue_number       bigint NOT NULL,
    base_status        text,
    base_issue_status  text   NOT NULL,
    base_voucher       text,
    fields_written     text   NOT NULL,
    not_ours           bigint NOT NULL,
    gone_at            bigint,
    linked_at          bigint NOT NULL,
    synced_at          bigint NOT NULL
);
CREATE INDEX link_project ON link (project_id);
CREATE INDEX link_number ON link (issue_number);

CREATE TABLE comment_link (
    subject      text   NOT NULL,
    message_id   bigint,
    part         bigint NOT NULL,
    comment_id   text   UNIQUE,
    origin       text   NOT NULL CHECK (origin IN ('marketplace', 'jira')),
    state        text   NOT NULL CHECK (state IN ('carried', 'skipped', 'withdrawn', 'deleted')),
    message_hash text   NOT NULL,
    comment_hash text   NOT NULL,
    UNIQUE (message_id, part)
);
CREATE INDEX comment_link_subject ON comment_link (subject);

CREATE TABLE remote_write (
    id         integer PRIMARY KEY,
    subject    text   NOT NULL,
    kind       text   NOT NULL,
    marker     text   NOT NULL,
    cause      text   NOT NULL,
    state      text   NOT NULL CHECK (state IN ('sent', 'done', 'refused', 'not_sent', 'uncertain', 'settled')),
    target     text   NOT NULL,
    floor      bigint NOT NULL,
    result     text   NOT NULL,
    says       text   NOT NULL,
    answered   bigint NOT NULL,
    sent_at    bigint NOT NULL,
    ended_at   bigint
);
CREATE INDEX remote_write_open ON remote_write (subject) WHERE state IN ('sent', 'uncertain');
CREATE INDEX remote_write_subject ON remote_write (subject, id);

CREATE TABLE journal (
    id      integer PRIMARY KEY,
    subject text   NOT NULL,
    at      bigint NOT NULL,
    kind    text   NOT NULL CHECK (kind IN ('hint', 'look', 'decision', 'write', 'failure', 'person')),
    says    text   NOT NULL
);
CREATE INDEX journal_subject ON journal (subject, id);
CREATE INDEX journal_at ON journal (at);

CREATE TABLE attention (
    id          integer PRIMARY KEY,
    subject     text   NOT NULL,
    cause       text   NOT NULL,
    fingerprint text   NOT NULL,
    says        text   NOT NULL,
    remedy      text   NOT NULL,
    blocking    bigint NOT NULL,
    since       bigint NOT NULL,
    last_at     bigint NOT NULL,
    times       bigint NOT NULL,
    ended_at    bigint,
    ended_by    text   NOT NULL
);
CREATE UNIQUE INDEX attention_open ON attention (subject, cause) WHERE ended_at IS NULL;

CREATE TABLE cursor (
    name   text   NOT NULL PRIMARY KEY,
    at     bigint NOT NULL,
    memory text   NOT NULL
);

CREATE TABLE remote (
    name         text   NOT NULL PRIMARY KEY,
    state        text   NOT NULL CHECK (state IN ('working', 'waiting', 'throttled', 'paused')),
    until        bigint NOT NULL,
    says         text   NOT NULL,
    last_success bigint NOT NULL
);

CREATE TABLE setting (
    name  text NOT NULL PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE sweep (
    id         integer PRIMARY KEY,
    started_at bigint NOT NULL,
    ended_at   bigint,
    phase      text   NOT NULL CHECK (phase IN ('marketplace', 'jira', 'done')),
    position   text   NOT NULL,
    compared   bigint NOT NULL,
    differed   bigint NOT NULL,
    says       text   NOT NULL
);
)sql";

inline constexpr std::string_view initial_down = R"sql(
DROP TABLE sweep;
DROP TABLE setting;
DROP TABLE remote;
DROP TABLE cursor;
DROP TABLE attention;
DROP TABLE journal;
DROP TABLE remote_write;
DROP TABLE comment_link;
DROP TABLE link;
DROP TABLE subject;
)sql";

}  // namespace oms::store::migrations
