#!/usr/bin/env bash
# Builds telltale-VERSION.apk in target/apk from public registries alone, signs and checks it. With --twice it does so
# once more in a fresh clone in another folder, and compares the bytes. See docs/android.md.
# The key is $TELLTALE_KEYSTORE (alias $TELLTALE_KEY_ALIAS, password $TELLTALE_KEYSTORE_PASSWORD), or a debug key.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
'') ;;
--twice) [[ -z $(git status --porcelain) ]] || { echo "commit first: a clone is compared" >&2; exit 1; } ;;
*) echo "usage: scripts/apk.sh [--twice]" >&2; exit 2 ;;
esac

scripts/setup.sh apk
say() { printf '\n== %s\n' "$*"; }
out=target/apk
tools=android/target/tools
targets=(arm64-v8a:aarch64-linux-android x86_64:x86_64-linux-android armeabi-v7a:armv7-linux-androideabi)

say "bindings"
scripts/bindings.sh

say "libraries"
rm -rf "$out/lib"
for pair in "${targets[@]}"; do
    android/native/build.sh "${pair#*:}"
    install -D "target/${pair#*:}/android/libtelltale.so" "$out/lib/${pair%%:*}/libtelltale.so"
done

say "app"
mvn --batch-mode --quiet --file android/pom.xml -DskipTests -Dlibrary="$(realpath "${CARGO_TARGET_DIR:-target}")/debug" package
for pair in "${targets[@]}"; do
    install -D "$tools/jna/jni/${pair%%:*}/libjnidispatch.so" "$out/lib/${pair%%:*}/libjnidispatch.so"
done

say "package"
keystore=${TELLTALE_KEYSTORE:-$PWD/$out/debug.p12}
alias=${TELLTALE_KEY_ALIAS:-telltale}
export TELLTALE_KEYSTORE_PASSWORD=${TELLTALE_KEYSTORE_PASSWORD:-telltale}
if [[ -z ${TELLTALE_KEYSTORE:-} && ! -e $keystore ]]; then
    keytool -genkeypair -keystore "$keystore" -alias "$alias" -storepass:env TELLTALE_KEYSTORE_PASSWORD \
        -keyalg RSA -keysize 3072 -validity 10000 -dname "CN=Telltale debug" 2>/dev/null
fi
version=$(cargo pkgid -p telltale-core | sed 's/.*[#@]//')
apk="$out/telltale-$version.apk"
java -cp "$tools/apksig.jar" android/package/Package.java android/target/generated/base.apk android/target/dex \
    "$out" "$keystore" "$alias" "$apk"

say "checks"
cargo run --quiet --locked -p telltale-apk -- "$apk" "$version" android

if [[ ${1:-} == --twice ]]; then
    say "the same once more, from nothing and elsewhere"
    clone=$(mktemp -d)
    trap 'rm -rf "$clone"' EXIT
    git clone --quiet . "$clone"
    env -u CARGO_TARGET_DIR TELLTALE_KEYSTORE="$keystore" TELLTALE_KEY_ALIAS="$alias" "$clone/scripts/apk.sh"
    cmp "$apk" "$clone/$apk"
    echo "ok built twice: the same bytes"
fi
echo "$apk"
