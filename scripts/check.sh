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
say "the fuzz targets"
# What would be linked is not built: libFuzzer is C++.
CUSTOM_LIBFUZZER_PATH="$PWD/libfuzzer.a" cargo check --manifest-path tests/fuzz/Cargo.toml --target-dir "${CARGO_TARGET_DIR:-target}/fuzz" --bins --locked
say "what the app says of other people's code"
scripts/licences.sh --check
say "documentation"
cargo doc --workspace --no-deps --document-private-items --locked
say "unit tests"
cargo test --workspace --lib --bins --locked
