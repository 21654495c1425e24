#!/usr/bin/env bash
# Builds the library for Android (x86_64) with its own test and runs it on this machine: what the project's headers, the
# unwinder and the linker made is at work, over glibc in the place of Android's libc. Needs an x86_64 machine.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh apk
target=x86_64-linux-android
folder=$PWD/target/self-test
rm -rf "$folder"
mkdir -p "$folder"
android/native/build.sh "$target" --features self-test

bridge=android/native/glibc
cc -w -shared -fPIC -Wl,-soname,libc.so "$bridge/bridge.c" -o "$folder/libc.so" -Wl,--no-as-needed -lm
for library in libm libdl liblog; do
    cc -shared -Wl,-soname,"$library.so" -x c /dev/null -o "$folder/$library.so"
done
cc "$bridge/main.c" -o "$folder/main"
LD_PRELOAD="$folder/libc.so" LD_LIBRARY_PATH="$folder" \
    "$folder/main" "target/$target/android/libtelltale.so" "$folder"
