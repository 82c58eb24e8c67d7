-- For tables that were there before roles.sql, such as a database taken over from the Python
-- adapter: psql -d DATABASE -f grants.sql, as their owner or a superuser, after `db upgrade`.
\set ON_ERROR_STOP on
GRANT USAGE ON SCHEMA public TO oms_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO oms_service;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO oms_service;
