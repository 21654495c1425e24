#!/usr/bin/env bash
# Installs what `build`, `demo`, `test`, `test-app` or `apk` needs: as root by apt, otherwise it prints the one line to run.
set -euo pipefail

# A command that has to be there, and the Debian package that brings it.
build=(cc:gcc ld:binutils)
maven=(mvn:maven javac:default-jdk-headless)
apk=(clang-19:clang-19 ld.lld-19:lld-19 "${maven[@]}")
world=(ip:iproute2 curl:curl chromium:chromium setpriv:util-linux getent:libc-bin)

case "${1:-build}" in
build) needed=("${build[@]}") ;;
apk) needed=("${build[@]}" "${apk[@]}") ;;
demo) needed=("${build[@]}" "${world[@]}") ;;
test-app) needed=("${build[@]}" "${world[@]}" "${maven[@]}") ;;
test) needed=("${build[@]}" "${world[@]}" "${apk[@]}") ;;
*)
    echo "usage: scripts/setup.sh [build|demo|test|test-app|apk]" >&2
    exit 2
    ;;
esac

missing=()
for entry in "${needed[@]}"; do
    # Administrators' commands are not on the path of every user.
    PATH="$PATH:/usr/sbin:/sbin" command -v "${entry%%:*}" >/dev/null || missing+=("${entry#*:}")
done
# Headers of the C library: SQLite is compiled, not linked.
[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)

if [ "${#missing[@]}" -gt 0 ]; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "Some packages are missing. Please run as root, then try again:" >&2
        echo "    apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    echo "== installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet=2
    apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! command -v cargo >/dev/null; then
    echo "Rust is missing. Please install it for this user with rustup, then try again." >&2
    exit 1
fi

if [[ "${1:-build}" =~ ^(apk|test)$ ]] && command -v rustup >/dev/null; then
    rustup target add aarch64-linux-android x86_64-linux-android armv7-linux-androideabi
    # The unwinder is built from its sources.
    rustup component add rust-src
fi
