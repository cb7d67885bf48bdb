#!/bin/sh
# Reads a running server's stream with five clients that nobody here wrote:
#   tests/wire/run.sh BASE_URL API_KEY MESSAGE_JSON
# Fifteen requests are made and charged for; those with one key in common count as one.
# MODES="without-key own-key same-key" chooses among the ways of asking. Needs what scripts/setup-tests.sh installs.
exec node "$(dirname "$0")/run.mjs" "$@"
