#pragma once

#include <string_view>

namespace oms::store::migrations {

/// What the pages count is kept in `tally`, what they search is found by `sight_word`. The database
/// itself keeps both right, so that a program of the version before does too. A line that begins with
/// `/*pg -- */` is SQLite's alone: PostgreSQL takes it for a comment.
///
/// In PostgreSQL each server process counts in rows of its own, and nobody waits for another.
inline constexpr std::string_view tallies_and_words_up = R"sql(
/*pg LOCK TABLE link, sight, shadow_look IN ACCESS EXCLUSIVE MODE; */
CREATE TABLE tally (
    what    text /*pg COLLATE "C" */ NOT NULL,
    name    text /*pg COLLATE "C" */ NOT NULL,
    process bigint NOT NULL,
    number  bigint NOT NULL,
    PRIMARY KEY (what, name, process)
)
/*pg -- */ WITHOUT ROWID
;
CREATE TABLE sight_word (
    word  text /*pg COLLATE "C" */ NOT NULL,
    block bigint NOT NULL,
    PRIMARY KEY (word, block)
)
/*pg -- */ WITHOUT ROWID
;
CREATE TABLE sight_unsorted (
    subject text /*pg COLLATE "C" */ NOT NULL PRIMARY KEY
);

INSERT INTO tally (what, name, process, number)
VALUES ('link', 'before', 0, (SELECT count(*) FROM link WHERE state = 'before')),
       ('link', 'linked', 0, (SELECT count(*) FROM link WHERE state = 'linked')),
       ('link', 'orphaned', 0, (SELECT count(*) FROM link WHERE state = 'orphaned')),
       ('sight', '', 0, (SELECT count(*) FROM sight)),
       ('would', '', 0, (SELECT count(*) FROM sight WHERE would_count > 0)),
       ('owed', '', 0, (SELECT count(*) FROM shadow_look));
INSERT INTO tally (what, name, process, number)
    SELECT 'steps', would_kind, 0, count(*) FROM sight WHERE would_count > 0 GROUP BY would_kind;
INSERT INTO sight_unsorted (subject) SELECT subject FROM sight WHERE found <> '';
DROP INDEX link_state;
DROP INDEX sight_would_kind;

/*pg -- */ CREATE TRIGGER link_counted AFTER INSERT ON link BEGIN
/*pg -- */     UPDATE tally SET number = number + 1 WHERE what = 'link' AND name = NEW.state AND process = 0;
/*pg -- */ END;
/*pg -- */ CREATE TRIGGER link_recounted AFTER UPDATE OF state ON link WHEN NEW.state <> OLD.state BEGIN
/*pg -- */     UPDATE tally SET number = number - 1 WHERE what = 'link' AND name = OLD.state AND process = 0;
/*pg -- */     UPDATE tally SET number = number + 1 WHERE what = 'link' AND name = NEW.state AND process = 0;
/*pg -- */ END;
/*pg -- */ CREATE TRIGGER link_uncounted AFTER DELETE ON link BEGIN
/*pg -- */     UPDATE tally SET number = number - 1 WHERE what = 'link' AND name = OLD.state AND process = 0;
/*pg -- */ END;

/*pg -- */ CREATE TRIGGER sight_counted AFTER INSERT ON sight BEGIN
/*pg -- */     UPDATE tally SET number = number + 1 WHERE what = 'sight' AND name = '' AND process = 0;
/*pg -- */     UPDATE tally SET number = number + 1
/*pg -- */      WHERE NEW.would_count > 0 AND what = 'would' AND name = '' AND process = 0;
/*pg -- */     INSERT INTO tally (what, name, process, number)
/*pg -- */         SELECT 'steps', NEW.would_kind, 0, 1 WHERE NEW.would_count > 0
/*pg -- */         ON CONFLICT (what, name, process) DO UPDATE SET number = tally.number + 1;
/*pg -- */     INSERT INTO sight_unsorted (subject) SELECT NEW.subject WHERE NEW.found <> ''
/*pg -- */         ON CONFLICT (subject) DO NOTHING;
/*pg -- */ END;
/*pg -- */ CREATE TRIGGER sight_recounted AFTER UPDATE OF would_count, would_kind ON sight
/*pg -- */ WHEN (NEW.would_count > 0) <> (OLD.would_count > 0)
/*pg -- */      OR (NEW.would_count > 0 AND NEW.would_kind <> OLD.would_kind) BEGIN
/*pg -- */     UPDATE tally SET number = number - (OLD.would_count > 0) + (NEW.would_count > 0)
/*pg -- */      WHERE what = 'would' AND name = '' AND process = 0;
/*pg -- */     UPDATE tally SET number = number - 1
/*pg -- */      WHERE OLD.would_count > 0 AND what = 'steps' AND name = OLD.would_kind AND process = 0;
/*pg -- */     INSERT INTO tally (what, name, process, number)
/*pg -- */         SELECT 'steps', NEW.would_kind, 0, 1 WHERE NEW.would_count > 0
/*pg -- */         ON CONFLICT (what, name, process) DO UPDATE SET number = tally.number + 1;
/*pg -- */ END;
/*pg -- */ CREATE TRIGGER sight_uncounted AFTER DELETE ON sight BEGIN
/*pg -- */     UPDATE tally SET number = number - 1 WHERE what = 'sight' AND name = '' AND process = 0;
/*pg -- */     UPDATE tally SET number = number - 1
/*pg -- */      WHERE OLD.would_count > 0 AND process = 0
/*pg -- */        AND (what, name) IN (VALUES ('would', ''), ('steps', OLD.would_kind));
/*pg -- */ END;
/*pg -- */ CREATE TRIGGER sight_renamed AFTER UPDATE OF found ON sight WHEN NEW.found <> OLD.found BEGIN
/*pg -- */     INSERT INTO sight_unsorted (subject) VALUES (NEW.subject) ON CONFLICT (subject) DO NOTHING;
/*pg -- */ END;

/*pg -- */ CREATE TRIGGER look_counted AFTER INSERT ON shadow_look BEGIN
/*pg -- */     UPDATE tally SET number = number + 1 WHERE what = 'owed' AND name = '' AND process = 0;
/*pg -- */ END;
/*pg -- */ CREATE TRIGGER look_uncounted AFTER DELETE ON shadow_look BEGIN
/*pg -- */     UPDATE tally SET number = number - 1 WHERE what = 'owed' AND name = '' AND process = 0;
/*pg -- */ END;
/*pg
CREATE FUNCTION tally_add(text, text, bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally (what, name, process, number) VALUES ($1, $2, pg_backend_pid(), $3)
        ON CONFLICT (what, name, process) DO UPDATE SET number = tally.number + excluded.number;
END $$;

-- Statement by statement what is added, so that a million rows at once change a row of tally once.
CREATE FUNCTION link_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_add('link', state, count(*)) FROM added GROUP BY state;
    RETURN NULL;
END $$;
CREATE FUNCTION link_recounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_add('link', OLD.state, -1);
    IF TG_OP = 'UPDATE' THEN PERFORM tally_add('link', NEW.state, 1); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER link_counted AFTER INSERT ON link REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION link_counted();
CREATE TRIGGER link_recounted AFTER UPDATE OF state ON link
    FOR EACH ROW WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION link_recounted();
CREATE TRIGGER link_uncounted AFTER DELETE ON link FOR EACH ROW EXECUTE FUNCTION link_recounted();

-- Touched also where it is there: whoever sorts it in meanwhile must not forget the new text.
CREATE FUNCTION sight_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM added) THEN RETURN NULL; END IF;
    PERFORM tally_add('sight', '', count(*)) FROM added;
    PERFORM tally_add('would', '', count(*)) FROM added WHERE would_count > 0 HAVING count(*) > 0;
    PERFORM tally_add('steps', would_kind, count(*)) FROM added WHERE would_count > 0 GROUP BY would_kind;
    INSERT INTO sight_unsorted (subject) SELECT added.subject FROM added WHERE added.found <> ''
        ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject;
    RETURN NULL;
END $$;
CREATE FUNCTION sight_recounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.would_count > 0 THEN
        PERFORM tally_add('would', '', -1), tally_add('steps', OLD.would_kind, -1);
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM tally_add('sight', '', -1);
    ELSIF NEW.would_count > 0 THEN
        PERFORM tally_add('would', '', 1), tally_add('steps', NEW.would_kind, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION sight_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sight_unsorted (subject) VALUES (NEW.subject)
        ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject;
    RETURN NULL;
END $$;
CREATE TRIGGER sight_counted AFTER INSERT ON sight REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION sight_counted();
CREATE TRIGGER sight_recounted AFTER UPDATE OF would_count, would_kind ON sight FOR EACH ROW
    WHEN ((NEW.would_count > 0) <> (OLD.would_count > 0)
          OR (NEW.would_count > 0 AND NEW.would_kind <> OLD.would_kind))
    EXECUTE FUNCTION sight_recounted();
CREATE TRIGGER sight_uncounted AFTER DELETE ON sight FOR EACH ROW EXECUTE FUNCTION sight_recounted();
CREATE TRIGGER sight_renamed AFTER UPDATE OF found ON sight
    FOR EACH ROW WHEN (NEW.found <> OLD.found) EXECUTE FUNCTION sight_renamed();

CREATE FUNCTION look_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_add('owed', '', count(*)) FROM added HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE FUNCTION look_uncounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_add('owed', '', -1);
    RETURN NULL;
END $$;
CREATE TRIGGER look_counted AFTER INSERT ON shadow_look REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION look_counted();
CREATE TRIGGER look_uncounted AFTER DELETE ON shadow_look FOR EACH ROW EXECUTE FUNCTION look_uncounted();
*/)sql";

inline constexpr std::string_view tallies_and_words_down = R"sql(
/*pg -- */ DROP TRIGGER link_counted;
/*pg -- */ DROP TRIGGER link_recounted;
/*pg -- */ DROP TRIGGER link_uncounted;
/*pg -- */ DROP TRIGGER sight_counted;
/*pg -- */ DROP TRIGGER sight_recounted;
/*pg -- */ DROP TRIGGER sight_uncounted;
/*pg -- */ DROP TRIGGER sight_renamed;
/*pg -- */ DROP TRIGGER look_counted;
/*pg -- */ DROP TRIGGER look_uncounted;
/*pg
DROP FUNCTION link_counted, link_recounted, sight_counted, sight_recounted, sight_renamed, look_counted,
    look_uncounted CASCADE;
DROP FUNCTION tally_add;
*/
CREATE INDEX sight_would_kind ON sight (would_kind) WHERE would_count > 0;
CREATE INDEX link_state ON link (state);
DROP TABLE sight_unsorted;
DROP TABLE sight_word;
DROP TABLE tally;
)sql";

}  // namespace oms::store::migrations
