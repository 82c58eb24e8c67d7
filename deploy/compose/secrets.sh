#!/usr/bin/env bash
# secrets.sh [FOLDER]: makes what production.yaml takes its secrets from. Passwords of ours are made at
# random; those of others are empty files, to be filled by hand. What is there already is kept.
set -euo pipefail
folder=${1:-$(dirname "${BASH_SOURCE[0]}")/secrets}

random() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
keep() { [ -e "$folder/$1" ] || printf '%s' "$2" >"$folder/$1"; }

mkdir -p "$folder"
# The folder is closed to other users of this machine; within a container, each service sees only
# the files that it is given, and reads them as whoever it is there.
chmod 0700 "$folder"
umask 0022

keep postgres_password "$(random)"
keep owner_password "$(random)"
keep service_password "$(random)"
keep owner_url "postgresql://oms_owner:$(cat "$folder/owner_password")@postgres:5432/oms"
keep service_url "postgresql://oms_service:$(cat "$folder/service_password")@postgres:5432/oms"
keep jira_webhook_secret "$(random)"
keep trigger_password "$(random)"
keep marketplace_token ''
keep jira_password ''

for name in marketplace_token jira_password; do
  [ -s "$folder/$name" ] || echo "to be filled: $folder/$name"
done
