#!/usr/bin/env bash
# Builds target/TARGET/android/libtelltale.so: build.sh TARGET [ARGUMENT OF CARGO]... The targets are
# aarch64-linux-android, x86_64-linux-android and armv7-linux-androideabi; --features self-test adds the library's own test.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=$1
built=target/$target/android

if [[ -z ${ANDROID_NDK_HOME:-} ]]; then
    android/native/sysroot.sh "${target/armv7-/armv7a-}26"
    # The headers say what the libc crate says.
    cargo check --quiet --locked -p telltale-headers --target "$target" --target-dir target
fi

# Cargo does not know of what C is compiled with, and against what the library is linked.
is_newer() { [[ -n $(find "$@" -newer "$built/libtelltale.so" 2>/dev/null) ]]; }
if is_newer android/native/include android/native/bin; then
    rm -rf "$built"
elif is_newer android/native/symbols; then
    rm -f "$built/deps/libtelltale.so"
fi

# Paths of this machine would end up in the messages of panics.
remap="--remap-path-prefix=$PWD=/telltale"
remap+=$'\x1f'"--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
remap+=$'\x1f'"--remap-path-prefix=$(rustc --print sysroot)=/rust"

# What SQLite is built with elsewhere and the record does not use: indexes of text and of places, 0.1 MB of the APK for each
# machine.
sqlite="-USQLITE_ENABLE_FTS3 -USQLITE_ENABLE_FTS3_PARENTHESIS -USQLITE_ENABLE_FTS5 -USQLITE_ENABLE_RTREE"

# Only a library that is nothing else is optimised as a whole.
CARGO_ENCODED_RUSTFLAGS="$remap" LIBSQLITE3_FLAGS="$sqlite" cargo rustc --locked --profile android -p telltale-ffi --lib --crate-type cdylib \
    --target "$target" --target-dir target "${@:2}"
