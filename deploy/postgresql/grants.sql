-- For tables that somebody else than oms_owner made, such as a database taken over from the Python
-- adapter: psql -d DATABASE -f grants.sql, as their owner or a superuser, after `db upgrade`.
\set ON_ERROR_STOP on
GRANT USAGE ON SCHEMA public TO oms_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO oms_service;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO oms_service;
-- And of all that a later `db upgrade` makes, as one of those who own the tables now, or as oms_owner.
DO $$
DECLARE
    one name;
BEGIN
    FOR one IN
        SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'
        UNION
        SELECT rolname FROM pg_roles
        WHERE rolname = 'oms_owner' AND pg_has_role(current_user, oid, 'MEMBER')
    LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public '
                       'GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO oms_service', one);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public '
                       'GRANT USAGE, SELECT ON SEQUENCES TO oms_service', one);
    END LOOP;
END
$$;
