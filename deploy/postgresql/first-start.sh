#!/bin/bash
# Run by the postgres image when its volume is empty: the roles, with passwords from files that
# only this container has (OWNER_PASSWORD_FILE, SERVICE_PASSWORD_FILE).
set -euo pipefail
export PGUSER=${POSTGRES_USER:-postgres} PGDATABASE=postgres

psql --no-psqlrc --quiet --file "$ROLES_SQL"
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\set owner `cat "$OWNER_PASSWORD_FILE"`
\set service `cat "$SERVICE_PASSWORD_FILE"`
ALTER ROLE oms_owner PASSWORD :'owner';
ALTER ROLE oms_service PASSWORD :'service';
SQL
