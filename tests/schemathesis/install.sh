#!/bin/sh
# Makes .venv-schemathesis from requirements.txt. Quick when nothing has changed; safe to run again.
set -eu
cd "$(dirname "$0")/../.."

# The stamp is a copy of what was installed, so that a changed pin installs again.
if cmp -s tests/schemathesis/requirements.txt .venv-schemathesis/.installed; then exit 0; fi

python3 -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || {
  echo "schemathesis needs Python 3.10 or newer with venv (Debian: python3-venv)." >&2
  exit 1
}
rm -rf .venv-schemathesis
python3 -m venv .venv-schemathesis
.venv-schemathesis/bin/pip install --quiet --disable-pip-version-check -r tests/schemathesis/requirements.txt
cp tests/schemathesis/requirements.txt .venv-schemathesis/.installed
