#!/usr/bin/env bash
# Makes what a link for Android asks for and the NDK would bring, in target/android-sysroot: libraries that only list
# what Android's own export at API 26, and LLVM's unwinder from the sources that come with Rust.
set -euo pipefail
cd "$(dirname "$0")"

sources="$(rustc --print sysroot)/lib/rustlib/src/rust/src/llvm-project/libunwind"
unwinder=(libunwind.cpp Unwind-EHABI.cpp UnwindLevel1.c UnwindLevel1-gcc-ext.c UnwindRegistersRestore.S
    UnwindRegistersSave.S)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# stub CLANG LIBRARY FOLDER BITS: a library of functions that do nothing, for the linker alone. A name may be
# followed by the number of bits where only those have it.
stub() {
    awk -v bits="$4" '/^[^#]/ && ($2 == "" || $2 == bits) {
        print (($1 == "environ" || $1 == "stderr") ? "void *" $1 ";" : "void " $1 "(void) {}") }' \
        "symbols/$2.txt" >"$scratch/$2.c"
    "$1" -w -fno-builtin -fPIC -c "$scratch/$2.c" -o "$scratch/$2.o"
    "${LLVM_LLD:-ld.lld-19}" -shared -soname "$2.so" -z max-page-size=16384 "$scratch/$2.o" -o "$3/$2.so"
}

# unwinder CLANG FOLDER
unwinder() {
    local objects=() language
    for source in "${unwinder[@]}"; do
        language=()
        [[ $source == *.cpp ]] && language=(-std=c++17 -fno-exceptions -fno-rtti)
        "$1" "${language[@]}" -O2 -DNDEBUG -D_LIBUNWIND_IS_NATIVE_ONLY -D_LIBUNWIND_HIDE_SYMBOLS -fPIC -funwind-tables \
            -fvisibility=hidden -I "$sources/include" -c "$sources/src/$source" -o "$scratch/$source.o"
        objects+=("$scratch/$source.o")
    done
    rm -f "$2/libunwind.a"
    ar rcD "$2/libunwind.a" "${objects[@]}"
}

targets=(aarch64-linux-android26 x86_64-linux-android26 armv7a-linux-androideabi26)
(($#)) && targets=("$@")
for target in "${targets[@]}"; do
    folder="../../target/android-sysroot/$target"
    bits=64
    [[ $target == arm* ]] && bits=32
    mkdir -p "$folder"
    for library in libc libm libdl liblog; do stub "bin/$target-clang" "$library" "$folder" "$bits"; done
    unwinder "bin/$target-clang" "$folder"
done
