#!/usr/bin/env bash
# Tests of the Android app on the JVM: the real Rust library, real TUNs, a small world, a picture of every screen in
# android/target/screenshots. Whatever is given goes to Maven: scripts/test-app.sh -Dtest=WatchTest.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh test-app
scripts/bindings.sh
cargo build --locked -p telltale-core --example sample_record --example begun_experiment
cargo build --locked -p telltale-tests --bin telltale-world
library="$(realpath "${CARGO_TARGET_DIR:-target}")/debug"
mvn --batch-mode --no-transfer-progress --file android/pom.xml -Pworld -Dlibrary="$library" "$@" test
