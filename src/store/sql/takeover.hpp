#pragma once

#include "store/connection.hpp"

/// Every statement on the tables of the Python adapter; PostgreSQL's alone. What is told of each of
/// its rows stands in `python_adapter.takeover`, which is kept beside them.
namespace oms::store::sql {

/// Its alembic table is there; on SQLite it never is.
inline constexpr Statement python_found{"python_found", R"sql(
    SELECT 0 /*pg + CASE WHEN to_regclass('alembic_version') IS NULL THEN 0 ELSE 1 END */
)sql"};

/// Who may not read it; nobody on SQLite, where it never is.
inline constexpr Statement python_unread{"python_unread", R"sql(
    SELECT '' WHERE 1 = 0 /*pg
    UNION ALL
    SELECT 'the role ' || current_user || ' may not read the table alembic_version, which tells ' ||
           'whose database this is: ' ||
           CASE WHEN rolsuper THEN ''
                ELSE 'connect as ' || quote_ident(rolname) || ', which owns it, or ' END ||
           'let an administrator run  ALTER TABLE alembic_version OWNER TO ' ||
           quote_ident(current_user) || ';  and the same for bookkeeping, project, project_item ' ||
           'and comment'
      FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner
     WHERE pg_class.oid = to_regclass('alembic_version')
       AND NOT has_table_privilege(pg_class.oid, 'SELECT') */
)sql"};

inline constexpr Statement python_version{"python_version", R"sql(
    SELECT coalesce(string_agg(version_num, ', ' ORDER BY version_num), '') FROM alembic_version
)sql"};

/// What stands in the way, one sentence a row.
inline constexpr Statement python_obstacles{"python_obstacles", R"sql(
    SELECT 'its table ' || name || ' is missing: this is no database of the Python adapter'
      FROM unnest(ARRAY['bookkeeping', 'project', 'project_item', 'comment']) AS name
     WHERE to_regclass(name) IS NULL
    UNION ALL
    SELECT 'the role ' || current_user || ' does not own ' || relname ||
           ', which is to be moved: let an administrator run  ' ||
           -- Nobody is to become a superuser for that.
           CASE WHEN rolsuper
                THEN 'ALTER TABLE ' || relname || ' OWNER TO ' || quote_ident(current_user) || ';'
                ELSE 'GRANT ' || quote_ident(rolname) || ' TO ' || quote_ident(current_user) || ';'
                END
      FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner
     WHERE pg_class.oid IN (to_regclass('bookkeeping'), to_regclass('project'), to_regclass('project_item'),
                   to_regclass('comment'), to_regclass('alembic_version'))
       AND NOT pg_has_role(relowner, 'USAGE')
    UNION ALL
    SELECT 'the role ' || current_user || ' does not own the type ' || typname ||
           ', which is to be moved: let an administrator run  ' ||
           CASE WHEN rolsuper
                THEN 'ALTER TYPE ' || typname || ' OWNER TO ' || quote_ident(current_user) || ';'
                ELSE 'GRANT ' || quote_ident(rolname) || ' TO ' || quote_ident(current_user) || ';'
                END
      FROM pg_type JOIN pg_roles ON pg_roles.oid = typowner
     WHERE pg_type.oid = to_regtype('commenttype') AND NOT pg_has_role(typowner, 'USAGE')
    UNION ALL
    SELECT 'the role ' || current_user || ' may not make tables: let an administrator run  GRANT ' ||
           'CREATE ON SCHEMA ' || quote_ident(current_schema()) || ' TO ' ||
           quote_ident(current_user) || ';'
     WHERE NOT has_schema_privilege(current_schema(), 'CREATE')
    UNION ALL
    SELECT 'the role ' || current_user || ' may not make the schema python_adapter, where the ' ||
           'Python adapter''s tables are kept aside: let an administrator run  GRANT CREATE ON ' ||
           'DATABASE ' || quote_ident(current_database()) || ' TO ' || quote_ident(current_user) ||
           ';  or  CREATE SCHEMA python_adapter AUTHORIZATION ' || quote_ident(current_user) || ';'
     WHERE NOT CASE WHEN to_regnamespace('python_adapter') IS NULL
                    THEN has_database_privilege(current_database(), 'CREATE')
                    ELSE has_schema_privilege('python_adapter', 'CREATE') END
    UNION ALL
    SELECT 'python_adapter.' || relname || ' is there from before: move or drop it'
      FROM pg_class
     WHERE relnamespace = to_regnamespace('python_adapter')
       AND relname IN ('bookkeeping', 'project', 'project_item', 'comment', 'alembic_version',
                       'takeover')
)sql"};

inline constexpr std::string_view python_make_room = R"sql(
-- IF NOT EXISTS would ask for the right to make one also where it is there.
DO $$ BEGIN
    IF to_regnamespace('python_adapter') IS NULL THEN CREATE SCHEMA python_adapter; END IF;
END $$;
CREATE TABLE python_adapter.takeover (
    what    text COLLATE "C" NOT NULL,  -- project, order, message
    row_id  bigint NOT NULL,
    subject text COLLATE "C" NOT NULL,
    mp_id   bigint NOT NULL,
    jira_id bigint NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('linked', 'later', 'aside', 'left')),
    reason  text NOT NULL,
    beside  text NOT NULL
);
)sql";

/// Nobody writes there while it is taken over; who still does is waited for so long.
inline constexpr std::string_view python_lock = R"sql(
SET LOCAL lock_timeout = '10s';
LOCK TABLE bookkeeping, project, project_item, comment, alembic_version IN ACCESS EXCLUSIVE MODE;
)sql";

inline constexpr Statement python_judge_projects{"python_judge_projects", R"sql(
    WITH judged AS (
        SELECT id, mp_id, jira_id,
               first_value(id) OVER (PARTITION BY mp_id > 0 AND jira_id > 0, mp_id ORDER BY id)
                   AS of_project,
               first_value(id) OVER (PARTITION BY mp_id > 0 AND jira_id > 0, jira_id ORDER BY id)
                   AS of_issue
          FROM project
    ), told AS (
        SELECT id, mp_id, jira_id,
               CASE WHEN mp_id <= 0 OR jira_id <= 0 THEN 'an id of it is none'
                    WHEN of_project <> id THEN 'another row is that project''s, and older'
                    WHEN of_issue <> id THEN 'another row names its issue, and is older'
                    ELSE '' END AS reason,
               CASE WHEN mp_id <= 0 OR jira_id <= 0 THEN ''
                    WHEN of_project <> id THEN 'row ' || of_project
                    WHEN of_issue <> id THEN 'row ' || of_issue
                    ELSE '' END AS beside
          FROM judged
    )
    INSERT INTO python_adapter.takeover (what, row_id, subject, mp_id, jira_id, verdict, reason, beside)
    SELECT 'project', id, 'project/' || mp_id, mp_id, jira_id,
           CASE reason WHEN '' THEN 'linked' ELSE 'left' END, reason, beside
      FROM told
)sql"};

inline constexpr Statement python_judge_orders{"python_judge_orders", R"sql(
    WITH judged AS (
        SELECT i.id, i.mp_id, i.jira_id, i.project_id,
               (i.mp_id > 0 AND i.jira_id > 0) AS sound,
               p.subject AS project, s.subject AS whose_issue, wrong.mp_id AS meant,
               first_value(i.id) OVER (PARTITION BY i.mp_id > 0 AND i.jira_id > 0, i.project_id, i.mp_id
                                       ORDER BY i.id) AS of_order,
               first_value(i.id) OVER (PARTITION BY i.mp_id > 0 AND i.jira_id > 0, i.jira_id
                                       ORDER BY i.id) AS of_issue
          FROM project_item i
          LEFT JOIN python_adapter.takeover p
            ON p.what = 'project' AND p.verdict = 'linked' AND p.mp_id = i.project_id
          LEFT JOIN python_adapter.takeover s
            ON s.what = 'project' AND s.verdict = 'linked' AND s.jira_id = i.jira_id
          LEFT JOIN python_adapter.takeover wrong
            ON wrong.what = 'project' AND wrong.verdict = 'linked' AND wrong.row_id = i.project_id
    ), told AS (
        SELECT id, mp_id, jira_id, project_id,
               CASE WHEN NOT sound THEN 'an id of it is none'
                    WHEN project IS NULL THEN 'its project_id is no project''s mp_id'
                    WHEN whose_issue IS NOT NULL THEN 'its issue stands for a project, too'
                    WHEN of_order <> id THEN 'another row is that order''s, and older'
                    WHEN of_issue <> id THEN 'another row names its issue, and is older'
                    ELSE '' END AS reason,
               CASE WHEN NOT sound THEN ''
                    WHEN project IS NULL
                    THEN coalesce('row ' || project_id || ' is that of project ' || meant, '')
                    WHEN whose_issue IS NOT NULL THEN whose_issue
                    WHEN of_order <> id THEN 'row ' || of_order
                    WHEN of_issue <> id THEN 'row ' || of_issue
                    ELSE '' END AS beside
          FROM judged
    )
    INSERT INTO python_adapter.takeover (what, row_id, subject, mp_id, jira_id, verdict, reason, beside)
    SELECT 'order', id, 'order/' || project_id || '/' || mp_id, mp_id, jira_id,
           CASE reason WHEN '' THEN 'linked' ELSE 'left' END, reason, beside
      FROM told
)sql"};

/// Message and comment are told by their ids alone. A parent is a project's id, or an order's number,
/// which orders of several projects share: whose it is, is then told when it is met.
inline constexpr Statement python_judge_comments{"python_judge_comments", R"sql(
    WITH numbered AS (
        SELECT mp_id, min(subject) AS subject, count(*) AS orders
          FROM python_adapter.takeover
         WHERE what = 'order' AND verdict = 'linked'
         GROUP BY mp_id
    ), judged AS (
        SELECT c.id, c.mp_id, c.jira_id, CAST(c.parent_type AS text) AS parent_type, c.parent_id,
               (c.mp_id > 0 AND c.jira_id > 0) AS sound,
               p.subject AS project, o.subject AS of_number, coalesce(o.orders, 0) AS orders,
               first_value(c.id) OVER (PARTITION BY c.mp_id > 0 AND c.jira_id > 0, c.mp_id ORDER BY c.id)
                   AS of_message,
               first_value(c.id) OVER (PARTITION BY c.mp_id > 0 AND c.jira_id > 0, c.jira_id ORDER BY c.id)
                   AS of_comment
          FROM comment c
          LEFT JOIN python_adapter.takeover p
            ON p.what = 'project' AND p.verdict = 'linked' AND p.mp_id = c.parent_id
          LEFT JOIN numbered o ON o.mp_id = c.parent_id
    ), told AS (
        SELECT id, mp_id, jira_id,
               CASE WHEN parent_type = 'Project' AND project IS NOT NULL THEN project
                    WHEN parent_type = 'ProjectItem' AND orders = 1 THEN of_number
                    ELSE 'project/0' END AS subject,
               CASE WHEN NOT sound OR of_comment <> id THEN 'left'
                    WHEN of_message <> id THEN 'aside'
                    WHEN parent_type = 'Project' AND project IS NOT NULL THEN 'linked'
                    WHEN parent_type = 'ProjectItem' AND orders = 1 THEN 'linked'
                    ELSE 'later' END AS verdict,
               CASE WHEN NOT sound THEN 'an id of it is none'
                    WHEN of_comment <> id THEN 'another row names its comment, and is older'
                    WHEN of_message <> id
                    THEN 'another row is that message''s, and older: this comment is not followed'
                    WHEN parent_type IS NULL THEN 'its parent_type is null'
                    WHEN parent_type = 'Project' AND project IS NULL
                    THEN 'its parent_id is no linked project'
                    WHEN parent_type = 'ProjectItem' AND orders = 0
                    THEN 'its parent_id is no linked order''s number'
                    WHEN parent_type = 'ProjectItem' AND orders > 1
                    THEN 'orders of several projects have the number that is its parent_id'
                    WHEN parent_type NOT IN ('Project', 'ProjectItem') THEN 'its parent_type is unknown'
                    ELSE '' END AS reason,
               CASE WHEN NOT sound THEN ''
                    WHEN of_comment <> id THEN 'row ' || of_comment
                    WHEN of_message <> id THEN 'row ' || of_message
                    ELSE coalesce(parent_type, 'null') || ' ' || parent_id END AS beside
          FROM judged
    )
    INSERT INTO python_adapter.takeover (what, row_id, subject, mp_id, jira_id, verdict, reason, beside)
    SELECT 'message', id, subject, mp_id, jira_id, verdict, reason, beside
      FROM told
)sql"};

/// $1 now. Compared when first met: no base, no key, nothing written by us.
inline constexpr Statement python_take_links{"python_take_links", R"sql(
    INSERT INTO link (subject, project_id, state, issue_id, issue_key, issue_number, base_status,
                      base_issue_status, base_voucher, fields_written, not_ours, gone_at, linked_at,
                      synced_at)
    SELECT subject, CAST(split_part(subject, '/', 2) AS bigint), 'linked', CAST(jira_id AS text), '', 0,
           NULL, '', NULL, '', 0, NULL, $1, 0
      FROM python_adapter.takeover
     WHERE what IN ('project', 'order') AND verdict = 'linked'
)sql"};

/// Without hashes: their texts, and on which side they were born, are told when they are first met.
/// A second comment of one message is nobody's, and must not go back.
inline constexpr Statement python_take_comments{"python_take_comments", R"sql(
    INSERT INTO comment_link (subject, message_id, part, comment_id, origin, state, message_hash,
                              comment_hash)
    SELECT subject, CASE verdict WHEN 'aside' THEN NULL ELSE mp_id END, 0, CAST(jira_id AS text),
           CASE verdict WHEN 'aside' THEN 'jira' ELSE 'marketplace' END,
           CASE verdict WHEN 'aside' THEN 'skipped' ELSE 'carried' END, '', ''
      FROM python_adapter.takeover
     WHERE what = 'message' AND verdict <> 'left'
)sql"};

/// $1 now
inline constexpr Statement python_take_journal{"python_take_journal", R"sql(
    INSERT INTO journal (subject, at, kind, says)
    SELECT subject, $1, 'person', 'taken over from the Python adapter: issue ' || jira_id
      FROM python_adapter.takeover
     WHERE what IN ('project', 'order') AND verdict = 'linked'
     ORDER BY what, row_id
)sql"};

/// The time of its last event. Its times have no zone, and are meant in UTC.
inline constexpr Statement python_cursor{"python_cursor", R"sql(
    SELECT CAST(extract(epoch FROM max(last_event_timestamp)) * 1000000 AS bigint)
      FROM bookkeeping
     WHERE isfinite(last_event_timestamp)
)sql"};

/// $1 at
inline constexpr Statement python_take_cursor{"python_take_cursor", R"sql(
    INSERT INTO cursor (name, at, memory) VALUES ('events', $1, '')
)sql"};

inline constexpr std::string_view python_put_aside = R"sql(
ALTER TABLE bookkeeping SET SCHEMA python_adapter;
ALTER TABLE project SET SCHEMA python_adapter;
ALTER TABLE project_item SET SCHEMA python_adapter;
ALTER TABLE comment SET SCHEMA python_adapter;
ALTER TABLE alembic_version SET SCHEMA python_adapter;
DO $$ BEGIN
    IF to_regtype('commenttype') IS NOT NULL THEN ALTER TYPE commenttype SET SCHEMA python_adapter; END IF;
END $$;
)sql";

inline constexpr Statement python_counts{"python_counts", R"sql(
    SELECT what, verdict, reason, count(*)
      FROM python_adapter.takeover
     GROUP BY what, verdict, reason
     ORDER BY array_position(ARRAY['project', 'order', 'message'], CAST(what AS text)),
              array_position(ARRAY['linked', 'later', 'aside', 'left'], verdict), reason
)sql"};

inline constexpr Statement python_not_linked{"python_not_linked", R"sql(
    SELECT what, row_id, subject, mp_id, jira_id, verdict, reason, beside
      FROM python_adapter.takeover
     WHERE verdict <> 'linked'
     ORDER BY array_position(ARRAY['project', 'order', 'message'], CAST(what AS text)),
              array_position(ARRAY['later', 'aside', 'left'], verdict), reason, row_id
)sql"};

}  // namespace oms::store::sql
