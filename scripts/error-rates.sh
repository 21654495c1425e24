#!/usr/bin/env bash
# Measures how often the length test errs, over simulated programs: scripts/error-rates.sh [EXPERIMENTS per row] [PLAN].
# Prints the tables of docs/method.md. Plans: usual, short, search, incognito.
set -euo pipefail
cd "$(dirname "$0")/.."

exec cargo run --release --quiet --locked --no-default-features -p telltale-core --example error_rates -- "${@:-1000}"
