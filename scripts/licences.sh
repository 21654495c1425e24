#!/usr/bin/env bash
# Lists what other people's code is in the APK, with its licences, for the page About: scripts/licences.sh [--check]
# Writes res/raw/licences.tsv (name, version, licence, whose); with --check it only says whether that is up to date.
set -euo pipefail
cd "$(dirname "$0")/.."

export LC_ALL=C
out=android/app/src/main/res/raw/licences.tsv
targets=(aarch64-linux-android armv7-linux-androideabi x86_64-linux-android)

property() { sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" android/pom.xml; }

# What is linked into libtelltale.so for any of the machines; macros run at build time and are not.
crates() {
    for target in "${targets[@]}"; do
        cargo tree --package telltale-ffi --edges normal,no-proc-macro --target "$target" --locked --prefix none \
            --format '{p}|{l}'
    done | sed -n 's/^\([^ ]*\) v\([^ |]*\)[^|]*|\(.*\)/\1|\2|\3/p' | sed 's/ (\*)$//' | grep -v '^telltale' | sort -u
}

# The lines of its licence files that say whose it is; else its authors.
holders() {
    local lines authors
    lines=$(find "$1" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' \) -print0 |
        sort -z | xargs -0 -r grep -hiE '^[[:space:]]*copyright ((\(c\)|©)|[0-9]{4})' |
        sed 's/^[[:space:]]*//; s/[[:space:]]*$//; s/\. All rights reserved\.*$//I' | awk '!seen[$0]++' | paste -sd ';' || true)
    authors=$(sed -n '/^authors = \[/,/\]/{p;/\]/q}' "$1/Cargo.toml" | grep -o '"[^"]*"' | sed 's/"//g; s/ <[^>]*>//' | paste -sd ';' || true)
    printf '%s' "${lines:-$authors}" | tr '\t' ' '
}

list() {
    # Not part of Cargo's or Maven's world: SQLite comes with libsqlite3-sys, the unwinder with Rust.
    printf 'SQLite\t\tPublic domain\t\n'
    printf 'Rust standard library\t\tMIT OR Apache-2.0\tThe Rust Project contributors\n'
    printf 'LLVM libunwind\t\tApache-2.0 WITH LLVM-exception\tThe LLVM Project contributors\n'
    printf 'kotlin-stdlib\t%s\tApache-2.0\tJetBrains s.r.o. and Kotlin Programming Language contributors\n' "$(property kotlin.version)"
    printf 'jna\t%s\tApache-2.0 OR LGPL-2.1-or-later\tTimothy Wall and contributors\n' "$(property jna.version)"
    local name version licence folders
    crates | while IFS='|' read -r name version licence; do
        folders=("${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$name-$version")
        printf '%s\t%s\t%s\t%s\n' "$name" "$version" "$(sed 's: */ *: OR :g' <<<"$licence")" "$(holders "${folders[0]}")"
    done
}

if [[ ${1:-} == --check ]]; then
    diff <(list) "$out" >&2 || { echo "$out is out of date: run scripts/licences.sh" >&2; exit 1; }
else
    mkdir -p "$(dirname "$out")"
    list > "$out.new"
    mv "$out.new" "$out"
    echo "$(wc -l < "$out") libraries in $out"
fi
