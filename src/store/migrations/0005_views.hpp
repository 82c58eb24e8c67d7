#pragma once

#include <string_view>

namespace oms::store::migrations {

/// What the operators' pages search and count by, so that none of them reads a table from end to
/// end; and what was answered to an action that bears a key, so that it is done once.
inline constexpr std::string_view views_up = R"sql(
ALTER TABLE sight ADD COLUMN found text NOT NULL DEFAULT '';
ALTER TABLE sight ADD COLUMN would_kind text NOT NULL DEFAULT '';
ALTER TABLE sight ADD COLUMN differs bigint NOT NULL DEFAULT 0;
UPDATE sight
   SET found = lower(substr(title || ' ' || customer || ' ' || email, 1, 400)),
       would_kind = substr(would, 1, 400);
DROP INDEX sight_would;
CREATE INDEX sight_would ON sight (project_id, subject) WHERE would_count > 0;
CREATE INDEX sight_would_kind ON sight (would_kind) WHERE would_count > 0;
CREATE INDEX sight_differs ON sight (project_id, subject) WHERE differs > 0;
CREATE INDEX sight_found ON sight (project_id, subject, found);

CREATE INDEX subject_busy ON subject (state, project_id, key, lane) WHERE state <> 'idle';
CREATE INDEX subject_hinted ON subject (hinted_at) WHERE state IN ('due', 'leased', 'waiting');
CREATE INDEX link_state ON link (state);
CREATE INDEX attention_group ON attention (cause, fingerprint, id) WHERE ended_at IS NULL;
CREATE INDEX attention_ended ON attention (ended_at);

CREATE TABLE answered (
    key    text /*pg COLLATE "C" */ NOT NULL PRIMARY KEY,
    asked  text   NOT NULL,
    status bigint NOT NULL,
    body   text   NOT NULL,
    at     bigint NOT NULL
);
CREATE INDEX answered_at ON answered (at);
)sql";

inline constexpr std::string_view views_down = R"sql(
DROP TABLE answered;
DROP INDEX attention_ended;
DROP INDEX attention_group;
DROP INDEX link_state;
DROP INDEX subject_hinted;
DROP INDEX subject_busy;
DROP INDEX sight_found;
DROP INDEX sight_differs;
DROP INDEX sight_would_kind;
DROP INDEX sight_would;
CREATE INDEX sight_would ON sight (subject) WHERE would_count > 0;
ALTER TABLE sight DROP COLUMN differs;
ALTER TABLE sight DROP COLUMN would_kind;
ALTER TABLE sight DROP COLUMN found;
)sql";

}  // namespace oms::store::migrations
