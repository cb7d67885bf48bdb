#!/bin/sh
# What building needs: a Rust toolchain that is new enough, and a C compiler for the embedded database.
set -eu
cd "$(dirname "$0")/.."

wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
if ! command -v cargo >/dev/null 2>&1; then
  echo "Rust $wanted or newer is needed: see https://rustup.rs" >&2
  exit 1
fi
have=$(rustc --version | cut -d' ' -f2)
if [ "$(printf '%s\n%s\n' "$wanted" "$have" | sort -V | head -n1)" != "$wanted" ]; then
  echo "Rust $wanted or newer is needed, this is $have. Run: rustup update stable" >&2
  exit 1
fi
if ! command -v cc >/dev/null 2>&1; then
  install="apt-get install -y --no-install-recommends gcc libc6-dev"
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing a C compiler"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $install >/dev/null
  else
    echo "A C compiler is needed. Please run: sudo apt-get update && sudo $install" >&2
    exit 1
  fi
fi
