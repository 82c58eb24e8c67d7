#!/usr/bin/env bash
# libraries.sh PROGRAM: the Debian packages that hold the libraries it is linked with, one a line.
# What these need in turn is the package manager's business.
set -euo pipefail
program=${1:?which program?}

package_of() {
  local path=$1 candidate
  # One and the same file in Debian 12, and packages know it by either name.
  for candidate in "$path" "/usr$path" "${path#/usr}"; do
    if dpkg-query -S "$candidate" 2>/dev/null | sed 's/:.*//'; then return; fi
  done
  echo "no package holds $path" >&2
  return 1
}

needed=$(LC_ALL=C readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
loaded=$(ldd "$program")
for name in $needed; do
  path=$(awk -v name="$name" '$1 == name && $2 == "=>" { print $3 }' <<<"$loaded")
  if [ -z "$path" ] || [ "$path" = not ]; then
    echo "$name is nowhere on this machine" >&2
    exit 1
  fi
  package_of "$path"
done | sort -u
