#!/usr/bin/env bash
# Everything that has to hold: installs what is missing, then checks, unit tests and end-to-end tests.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh test
scripts/check.sh

export RUSTFLAGS="${RUSTFLAGS:-} --deny warnings"
printf '\n== all tests\n'
cargo build -p telltale --locked
cargo test --workspace --exclude telltale-tests --locked
# What is run on other C libraries.
cargo test -p telltale-ffi --features self-test --test self_test --locked
# These mostly wait for time-outs and for each other.
cargo test -p telltale-tests --locked -- --test-threads=4

printf '\n== the app\n'
# Before the app: it leaves a library behind that no app has.
[[ $(uname -m) != x86_64 ]] || scripts/self-test.sh
scripts/apk.sh
scripts/test-app.sh
