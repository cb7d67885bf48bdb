# demo, test: everything from a fresh clone, set-up included. lint, bench: for whoever works on Lexi.
.PHONY: demo test lint bench setup

CARGO ?= cargo

# Builds, makes up a law firm, asks a first question and leaves the server running.
demo: toolchain
	$(CARGO) run --quiet --locked --profile demo -p lexi -- demo

setup: toolchain
	sh scripts/setup-tests.sh

test: setup
	$(CARGO) test --locked --workspace --no-fail-fast
	FLAWS=bom sh tests/wire/self-test.sh

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	@if command -v cargo-deny >/dev/null 2>&1; then $(CARGO) deny check; else echo "cargo-deny is not installed: licences and advisories were not checked"; fi

bench: toolchain
	$(CARGO) build --locked --release -p lexi -p lexi-bench
	$(CARGO) run --locked --release -p lexi-bench

.PHONY: toolchain
toolchain:
	@sh scripts/toolchain.sh
