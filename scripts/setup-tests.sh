#!/bin/sh
# Brings a machine that has Rust, Node and make to where every test can run: system packages, the Python environment
# .venv and the Node packages of tests/wire. Quick when nothing is missing; safe to run again.
set -eu
cd "$(dirname "$0")/.."

need() { # need PACKAGE COMMAND...: notes the package when none of the commands exists
  package=$1
  shift
  for command in "$@"; do
    if command -v "$command" >/dev/null 2>&1; then return; fi
  done
  missing="$missing $package"
}

missing=""
need curl curl
need sqlite3 sqlite3
need chromium "${CHROMIUM:-chromium}"
need python3 python3
need procps /bin/kill /usr/bin/kill # not the shell's own
python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing="$missing python3-venv"

if [ -n "$missing" ]; then
  install="apt-get install -y --no-install-recommends$missing"
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install with your package manager:$missing" >&2
    exit 1
  elif [ "$(id -u)" -eq 0 ]; then
    as_root=""
  elif sudo -n true 2>/dev/null; then
    as_root="sudo"
  else
    echo "Some programs are missing. Please run: sudo apt-get update && sudo $install" >&2
    exit 1
  fi
  echo "Installing$missing"
  export DEBIAN_FRONTEND=noninteractive
  $as_root apt-get update -qq
  $as_root $install >/dev/null
fi

node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null || {
  echo "The checks need Node 20 or newer, and npm." >&2
  exit 1
}

# Each stamp is a copy of what was installed, so that a changed pin installs again.
if ! cmp -s tests/wire/requirements.txt .venv/.installed; then
  echo "Making .venv"
  rm -rf .venv
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check -r tests/wire/requirements.txt
  cp tests/wire/requirements.txt .venv/.installed
fi
if ! cmp -s tests/wire/package-lock.json tests/wire/node_modules/.installed; then
  echo "Installing the Node packages of tests/wire"
  (cd tests/wire && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp tests/wire/package-lock.json tests/wire/node_modules/.installed
fi
