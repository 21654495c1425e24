#!/usr/bin/env bash
# The fast inner loop: format, lints, docs, the pure machine without its features, unit tests.
set -euo pipefail
cd "$(dirname "$0")/.."

export RUSTFLAGS="${RUSTFLAGS:-} --deny warnings" RUSTDOCFLAGS="--deny warnings"

say() { printf '\n== %s\n' "$*"; }

say "format"
cargo fmt --all --check
say "lints"
cargo clippy --workspace --all-targets --locked
say "the machine without sockets, files and clocks"
cargo check -p telltale-core --no-default-features --locked
say "what the fuzz targets are built with"
cargo metadata --manifest-path tests/fuzz/Cargo.toml --locked --format-version 1 >/dev/null
say "what the app says of other people's code"
scripts/licences.sh --check
say "documentation"
cargo doc --workspace --no-deps --document-private-items --locked
say "unit tests"
cargo test --workspace --lib --bins --locked
