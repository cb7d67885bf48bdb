# demo, test: everything from a fresh clone, set-up included. lint, bench: for whoever works on Lexi.
.PHONY: demo test test-api test-real-models lint bench eval setup

CARGO ?= cargo

# Builds, makes up a law firm, asks a first question and leaves the server running.
demo: toolchain
	$(CARGO) run --quiet --locked --profile demo -p lexi -- demo

setup: toolchain
	sh scripts/setup-tests.sh

test: setup
	$(CARGO) test --locked --workspace --no-fail-fast
	FLAWS=bom sh tests/wire/self-test.sh

# Has schemathesis ask a running server everything that its description says, and hold the answers against it: two to
# three minutes.
test-api: toolchain
	$(CARGO) build --locked -p lexi
	sh tests/schemathesis/install.sh
	sh tests/schemathesis/run.sh

# Puts Lexi before model servers from PyPI with a model of random weights. Compiles one of them the first time, which
# takes minutes; therefore not a part of test.
test-real-models: toolchain
	$(CARGO) build --locked -p lexi
	sh tests/real-models/install.sh
	python3 tests/real-models/run.py $(SERVERS)

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	@if command -v cargo-deny >/dev/null 2>&1; then $(CARGO) deny check; else echo "cargo-deny is not installed: licences and advisories were not checked"; fi

bench: toolchain
	$(CARGO) build --locked --release -p lexi -p lexi-bench
	$(CARGO) run --locked --release -p lexi-bench

# Asks the demonstration firm every question whose answer is known. It ends with the wrong answers, if any.
EVAL_DATABASE ?= sqlite:lexi-data/eval/lexi.db
eval: toolchain
	$(CARGO) build --quiet --locked --profile demo -p lexi
	$(CARGO) run --quiet --locked --profile demo -p lexi -- demo --once --listen 127.0.0.1:0 --database $(EVAL_DATABASE)
	$(CARGO) run --quiet --locked --profile demo -p lexi -- eval eval/*.toml --workspace "Harcourt Rahman" --database $(EVAL_DATABASE)

.PHONY: toolchain
toolchain:
	@sh scripts/toolchain.sh
