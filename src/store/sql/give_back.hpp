#pragma once

#include "store/connection.hpp"

/// The way back of sql/takeover.hpp: what was linked since is told to the Python adapter's tables, as
/// far as they have columns for it.
namespace oms::store::sql {

inline constexpr Statement python_is_aside{"python_is_aside", R"sql(
    SELECT 0 /*pg + CASE WHEN to_regclass('python_adapter.alembic_version') IS NULL THEN 0 ELSE 1 END */
)sql"};

/// Our processes are told of; at the first step they are not.
inline constexpr Statement processes_are_told{"processes_are_told", R"sql(
    SELECT CASE WHEN to_regclass('process') IS NULL THEN 0 ELSE 1 END
)sql"};

/// What stands in the way, one sentence a row.
inline constexpr Statement give_back_obstacles{"give_back_obstacles", R"sql(
    SELECT quote_ident(current_schema()) || '.' || relname || ' is there: it was made since, perhaps by ' ||
           '`flask db upgrade`; drop it'
      FROM pg_class
     WHERE relnamespace = to_regnamespace(quote_ident(current_schema()))
       AND relname IN ('bookkeeping', 'project', 'project_item', 'comment', 'alembic_version')
    UNION ALL
    SELECT 'the role ' || current_user || ' does not own python_adapter.' || relname ||
           ': let an administrator run  GRANT ' || quote_ident(pg_get_userbyid(relowner)) || ' TO ' ||
           quote_ident(current_user) || ';'
      FROM pg_class
     WHERE relnamespace = to_regnamespace('python_adapter') AND relkind = 'r'
       AND NOT pg_has_role(relowner, 'USAGE')
)sql"};

inline constexpr Statement give_back_projects{"give_back_projects", R"sql(
    INSERT INTO python_adapter.project (mp_id, jira_id)
    SELECT l.project_id, CAST(l.issue_id AS integer)
      FROM link l
     WHERE l.subject = 'project/' || l.project_id AND l.state = 'linked' AND l.issue_id ~ '^[0-9]{1,9}$'
       AND NOT EXISTS (SELECT 1 FROM python_adapter.project p WHERE p.mp_id = l.project_id)
       AND NOT EXISTS (SELECT 1 FROM python_adapter.project p
                        WHERE p.jira_id = CAST(l.issue_id AS integer))
     ORDER BY l.project_id
)sql"};

inline constexpr Statement give_back_orders{"give_back_orders", R"sql(
    WITH orders AS (
        SELECT l.project_id, CAST(split_part(l.subject, '/', 3) AS integer) AS item,
               CAST(l.issue_id AS integer) AS issue
          FROM link l
         WHERE l.subject LIKE 'order/%' AND l.state = 'linked' AND l.issue_id ~ '^[0-9]{1,9}$'
    )
    INSERT INTO python_adapter.project_item (mp_id, jira_id, project_id)
    SELECT o.item, o.issue, o.project_id
      FROM orders o
     WHERE NOT EXISTS (SELECT 1 FROM python_adapter.project_item i
                        WHERE i.project_id = o.project_id AND i.mp_id = o.item)
       AND NOT EXISTS (SELECT 1 FROM python_adapter.project_item i WHERE i.jira_id = o.issue)
     ORDER BY o.project_id, o.item
)sql"};

inline constexpr Statement give_back_comments{"give_back_comments", R"sql(
    INSERT INTO python_adapter.comment (mp_id, jira_id, parent_type, parent_id)
    SELECT l.message_id, CAST(l.comment_id AS integer),
           CAST(CASE WHEN l.subject LIKE 'order/%' THEN 'ProjectItem' ELSE 'Project' END
                AS python_adapter.commenttype),
           CAST(CASE WHEN l.subject LIKE 'order/%' THEN split_part(l.subject, '/', 3)
                     ELSE split_part(l.subject, '/', 2) END AS integer)
      FROM comment_link l
     WHERE l.message_id IS NOT NULL AND l.part = 0 AND l.comment_id ~ '^[0-9]{1,9}$'
       AND NOT EXISTS (SELECT 1 FROM python_adapter.comment c WHERE c.mp_id = l.message_id)
       AND NOT EXISTS (SELECT 1 FROM python_adapter.comment c
                        WHERE c.jira_id = CAST(l.comment_id AS integer))
     ORDER BY l.message_id
)sql"};

inline constexpr Statement give_back_cursor{"give_back_cursor", R"sql(
    UPDATE python_adapter.bookkeeping b
       SET last_event_timestamp = timestamp '1970-01-01' + c.at * interval '1 microsecond'
      FROM cursor c
     WHERE c.name = 'events' AND b.id = (SELECT min(id) FROM python_adapter.bookkeeping)
)sql"};

inline constexpr std::string_view give_back_tables = R"sql(
DROP TABLE python_adapter.takeover;
DROP TABLE schema_migration;
DO $$ BEGIN
    EXECUTE format('ALTER TABLE python_adapter.bookkeeping SET SCHEMA %I', current_schema());
    EXECUTE format('ALTER TABLE python_adapter.project SET SCHEMA %I', current_schema());
    EXECUTE format('ALTER TABLE python_adapter.project_item SET SCHEMA %I', current_schema());
    EXECUTE format('ALTER TABLE python_adapter.comment SET SCHEMA %I', current_schema());
    EXECUTE format('ALTER TABLE python_adapter.alembic_version SET SCHEMA %I', current_schema());
    IF to_regtype('python_adapter.commenttype') IS NOT NULL THEN
        EXECUTE format('ALTER TYPE python_adapter.commenttype SET SCHEMA %I', current_schema());
    END IF;
    -- Whoever could make the schema can make it again.
    IF has_database_privilege(current_database(), 'CREATE') AND NOT EXISTS (
        SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('python_adapter')) THEN
        DROP SCHEMA python_adapter;
    END IF;
END $$;
)sql";

}  // namespace oms::store::sql
