#!/bin/sh
# Starts the program on the demonstration firm and has schemathesis hold every answer against the description that the
# server gives of itself: all checks, in all phases, with what is made being read, changed and removed.
#   tests/schemathesis/run.sh [OPTIONS OF SCHEMATHESIS]
# LEXI_BINARY is the program. Needs what scripts/setup-tests.sh installs.
set -eu
cd "$(dirname "$0")/../.."

lexi=${LEXI_BINARY:-target/debug/lexi}
schemathesis=${SCHEMATHESIS:-.venv-schemathesis/bin/schemathesis}
folder=$(mktemp -d)
server=""
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap finish EXIT

database="sqlite:$folder/lexi.db"
"$lexi" demo --once --listen 127.0.0.1:0 --database "$database" >"$folder/demo.log" 2>&1 || { cat "$folder/demo.log"; exit 1; }
workspace=$("$lexi" workspace list --json --database "$database" | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["name"])')
made=$("$lexi" key create --json --database "$database" --workspace "$workspace" --name schemathesis --scopes all --tier unmetered)
"$lexi" credits grant --database "$database" --workspace "$workspace" 1000000 >/dev/null
field() { printf '%s' "$made" | python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }
LEXI_KEY=$(field key)
LEXI_KEY_ID=$(field id)

"$lexi" serve --listen 127.0.0.1:0 --database "$database" --set log_format=json 2>"$folder/server.log" &
server=$!
address=""
while [ -z "$address" ]; do
  kill -0 "$server" 2>/dev/null || { cat "$folder/server.log"; exit 1; }
  address=$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$folder/server.log" | head -n1)
  [ -n "$address" ] || sleep 0.05
done
LEXI_URL="http://$address"
export LEXI_KEY LEXI_KEY_ID LEXI_URL

code=0
SCHEMATHESIS_HOOKS=tests/schemathesis/hooks.py "$schemathesis" --config-file tests/schemathesis/schemathesis.toml run \
  "$LEXI_URL/openapi.json" "$@" || code=$?
if grep -q '"level":"ERROR"' "$folder/server.log"; then
  echo "The server logged errors:"
  grep '"level":"ERROR"' "$folder/server.log" | head -n 20
  code=1
fi
exit "$code"
