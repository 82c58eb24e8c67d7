#!/bin/sh
# The second half of deploy/Dockerfile: prepare.sh PACKAGES, a file with their names one a line.
# Installs what the program needs to run, and makes its user and its folder.
set -eu
packages=${1:?which packages?}

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2046 # names of packages, which hold no spaces
apt-get install -y -q --no-install-recommends ca-certificates $(cat "$packages")
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log

# The number is fixed: volumes and secrets belong to it on the host.
groupadd --gid 10001 oms-jira
useradd --uid 10001 --gid 10001 --home-dir /var/lib/oms-jira --no-create-home \
  --shell /usr/sbin/nologin oms-jira
install -d -m 0750 -o oms-jira -g oms-jira /var/lib/oms-jira
