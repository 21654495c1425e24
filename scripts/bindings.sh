#!/usr/bin/env bash
# Writes the Kotlin bindings of libtelltale.so: scripts/bindings.sh [DIR], target/kotlin unless told otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-target/kotlin}
target=${CARGO_TARGET_DIR:-target}

# The generator reads what is in the library's symbols: the dev build has them, a stripped one does not.
cargo build -p telltale-ffi --lib --locked
cargo run -p telltale-ffi --features bindgen --bin uniffi-bindgen --locked -- \
    generate --no-format --language kotlin --out-dir "$out" "$target/debug/libtelltale.so"

file="$out/org/telltale/core/telltale.kt"
for name in Session ExperimentRun Journal Rules Protector OwnerLookup TelltaleException; do
    grep -Eq "(class|interface) $name\b" "$file" || { echo "$file lacks $name" >&2; exit 1; }
done
echo "$file"
