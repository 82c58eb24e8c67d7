-- Two roles and the database `oms`, as a superuser, once: psql -f roles.sql
-- Again, it makes what is missing and leaves what is there: so a restore gets its empty database.
-- oms_owner owns the tables and runs `oms-jira db upgrade`. oms_service is what web servers and
-- workers are: it reads and writes rows, and can change no table. Both get their passwords
-- afterwards: \password oms_owner, \password oms_service
\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I LOGIN', name) FROM (VALUES ('oms_owner'), ('oms_service')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT 'CREATE DATABASE oms OWNER oms_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'oms') \gexec
REVOKE ALL ON DATABASE oms FROM PUBLIC;
GRANT CONNECT ON DATABASE oms TO oms_service;
\connect oms
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO oms_service;
-- Of all tables that oms_owner makes from now on.
ALTER DEFAULT PRIVILEGES FOR ROLE oms_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO oms_service;
ALTER DEFAULT PRIVILEGES FOR ROLE oms_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO oms_service;
