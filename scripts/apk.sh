#!/usr/bin/env bash
# Builds telltale-VERSION.apk in target/apk from public registries alone, signs and checks it. See docs/android.md.
# The key is $TELLTALE_KEYSTORE (alias $TELLTALE_KEY_ALIAS, password $TELLTALE_KEYSTORE_PASSWORD), or a debug key.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh apk
say() { printf '\n== %s\n' "$*"; }
out=target/apk
tools=android/target/tools

say "libraries"
[[ -n ${ANDROID_NDK_HOME:-} ]] || android/native/sysroot.sh
rm -rf "$out/lib"
for pair in arm64-v8a:aarch64-linux-android x86_64:x86_64-linux-android armeabi-v7a:armv7-linux-androideabi; do
    abi=${pair%%:*} target=${pair#*:}
    cargo build --locked --profile android -p telltale-ffi --target "$target" --target-dir target
    install -D "target/$target/android/libtelltale.so" "$out/lib/$abi/libtelltale.so"
done

say "app"
mvn --batch-mode --quiet --file android/pom.xml package
for abi in arm64-v8a x86_64 armeabi-v7a; do
    install -D "$tools/jna/jni/$abi/libjnidispatch.so" "$out/lib/$abi/libjnidispatch.so"
done

say "package"
keystore=${TELLTALE_KEYSTORE:-$out/debug.p12}
alias=${TELLTALE_KEY_ALIAS:-telltale}
export TELLTALE_KEYSTORE_PASSWORD=${TELLTALE_KEYSTORE_PASSWORD:-telltale}
if [[ -z ${TELLTALE_KEYSTORE:-} && ! -e $keystore ]]; then
    keytool -genkeypair -keystore "$keystore" -alias "$alias" -storepass:env TELLTALE_KEYSTORE_PASSWORD \
        -keyalg RSA -keysize 3072 -validity 10000 -dname "CN=Telltale debug" 2>/dev/null
fi
version=$(cargo pkgid -p telltale-core | sed 's/.*[#@]//')
apk="$out/telltale-$version.apk"
package() {
    java -cp "$tools/apksig.jar" android/package/Package.java android/target/generated/base.apk android/target/dex \
        "$out" "$keystore" "$alias" "$1"
}
package "$apk"
package "$out/again.apk" >/dev/null
cmp "$apk" "$out/again.apk"
rm "$out/again.apk"
echo "ok packed twice: the same bytes"

say "checks"
cargo run --quiet --locked -p telltale-apk -- "$apk" "$tools/prebuilt/linux/aapt2" android/native/symbols
echo "$apk"
