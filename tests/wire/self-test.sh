#!/bin/sh
# Tries the harness itself: a stream as the contract wants it passes, and each flaw known to break a client is noticed.
set -eu
cd "$(dirname "$0")"
output=$(mktemp)
trap 'rm -f "$output" "$output.address"; [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true' EXIT

# try FLAW: the exit code of the harness
try() {
  node fake-server.mjs "$1" >"$output.address" &
  server=$!
  while [ ! -s "$output.address" ]; do sleep 0.05; done
  code=0
  ./run.sh "$(cat "$output.address")" wbk_test '{"message": "hello"}' >"$output" 2>&1 || code=$?
  kill "$server"
  wait "$server" 2>/dev/null || true
  : >"$output.address"
  return "$code"
}

if ! try none; then
  cat "$output"
  echo "FAIL a faultless stream was refused"
  exit 1
fi
cat "$output"
export MODES=without-key
for flaw in ${FLAWS:-bom ping-with-blank-line event-without-data retry-block no-done-frame after-the-end lost-frame crlf}; do
  if try "$flaw"; then
    echo "FAIL a stream with the flaw '$flaw' passed"
    exit 1
  fi
  echo "PASS the flaw '$flaw' was noticed: $(grep -c '^FAIL' "$output") of $(grep -c -e '^FAIL' -e '^PASS' "$output") readings failed"
done
