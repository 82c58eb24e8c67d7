#!/usr/bin/env bash
# The first half of deploy/Dockerfile, on any Debian 12 as root:
#   build.sh packages         installs what building needs
#   build.sh program FOLDER   builds, and leaves in FOLDER what the image is made of
# BUILD names another folder to build in.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/install.sh
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

build=${BUILD:-build/container}
mkdir -p "$build"

case ${1:-} in
  packages)
    install_packages "$build" "${build_packages[@]}"
    ;;
  program)
    out=${2:?which folder?}
    if [ ! -f "$build/build.ninja" ]; then
      say 'configuring'
      quietly "$build/configure.log" cmake --preset release -B "$build" -DCMAKE_UNITY_BUILD=ON -DOMS_TESTS=OFF
    fi
    say 'building'
    quietly "$build/build.log" cmake --build "$build" --target oms-jira
    mkdir -p "$out"
    strip --strip-unneeded -o "$out/oms-jira" "$build/oms-jira"
    deploy/container/libraries.sh "$out/oms-jira" >"$out/packages"
    cp deploy/container/prepare.sh "$out/"
    say "built $out/oms-jira, which needs: $(tr '\n' ' ' <"$out/packages")"
    ;;
  *)
    sed -n '2,5p' "${BASH_SOURCE[0]}" | cut -c3- >&2
    exit 2
    ;;
esac
