# Sourced by ./run, ./test, ./fuzz and ./bench: installs Debian packages that are missing, and says so.
# Nothing is asked, and nothing is fetched where all is there.

say() { printf '%s\n' "$*" >&2; }

# Runs a command with its output in a file; where it fails, shows the end of it.
quietly() {
  local log=$1
  shift
  if ! "$@" >"$log" 2>&1; then
    say "failed: $*"
    tail -n 30 "$log" >&2
    say "(all of it is in $log)"
    return 1
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null; then
    sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
  else
    say "packages are missing, and this user is neither root nor has sudo"
    return 1
  fi
}

install_packages() {
  local logs=$1 missing=() package
  shift
  for package in "$@"; do
    # nodejs and npm may come from elsewhere than Debian's packages.
    case $package in
      nodejs) command -v node >/dev/null && continue ;;
      npm) command -v npm >/dev/null && continue ;;
    esac
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${#missing[@]} packages: ${missing[*]}"
  quietly "$logs/apt-update.log" as_root apt-get update -q || return 1
  quietly "$logs/apt-install.log" as_root apt-get install -y -q --no-install-recommends "${missing[@]}" || return 1
}

build_packages=(
  g++ cmake ninja-build ccache pkg-config ca-certificates gzip
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
  libcurl4-openssl-dev libssl-dev libsqlite3-dev libpq-dev libhiredis-dev libsimdjson-dev libfmt-dev libcli11-dev libexpected-dev
  prometheus-cpp-dev zlib1g-dev nodejs npm
)
test_packages=(
  libgtest-dev libgmock-dev librapidcheck-dev libvalijson-dev libjemalloc-dev chromium curl clang-format-14 libfaketime sqlite3
)
# Servers that the tests start themselves, on free ports.
server_packages=(postgresql-15 pgbouncer redis-server nginx-light apache2-bin prometheus)
# What checks the files in deploy/.
deploy_packages=(zsh fish lintian shellcheck man-db systemd)
fuzz_packages=(clang-19 libclang-rt-19-dev)
# The benchmarks' opponents, and what measures.
bench_packages=(
  libbenchmark-dev sqlite3 postgresql-15 redis-server nginx-light
  python3-flask python3-flask-restful python3-flask-sqlalchemy python3-flask-migrate python3-sentry-sdk python3-blinker
  uwsgi-core uwsgi-plugin-python3 gunicorn python3-celery python3-redis python3-requests
)
