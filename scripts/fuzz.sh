#!/usr/bin/env bash
# Fuzzes one target, or each in turn, for some seconds: scripts/fuzz.sh [TARGET|all] [SECONDS]
# Needs cargo-fuzz and a nightly compiler. What it learns is kept in target/fuzz, not in the committed corpus.
set -euo pipefail
cd "$(dirname "$0")/../tests/fuzz"

seconds=${2:-60}
targets=${1:-all}
[ "$targets" = all ] && targets="packet monitor replay dns quic dtls tls tls_server http talk list stamp page"

for target in $targets; do
    learnt="$PWD/../../target/fuzz/corpus/$target"
    mkdir -p "$learnt"
    cargo +nightly fuzz run --fuzz-dir . --target-dir ../../target/fuzz "$target" "$learnt" "corpus/$target" \
        -- -max_total_time="$seconds" -max_len=4096 -timeout=20
done
