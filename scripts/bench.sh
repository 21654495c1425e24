#!/usr/bin/env bash
# Measures `telltale tun` beside no relay and tun2proxy, or with `replay` captures beside tshark and ndpiReader; takes
# telltale-bench's options, and --no-peers. See docs/benchmark.md.
set -euo pipefail
cd "$(dirname "$0")/.."

TUN2PROXY=0.8.7
build=${CARGO_TARGET_DIR:-target}

peers=yes arguments=()
for argument in "$@"; do
    if [[ $argument == --no-peers ]]; then peers=no; else arguments+=("$argument"); fi
done

case "${1:-}" in
replay) peers=none needed=(tshark:tshark ndpiReader:libndpi-bin) ;;
*) needed=(ip:iproute2 iperf3:iperf3) ;;
esac
missing=()
for entry in "${needed[@]}"; do
    command -v "${entry%%:*}" >/dev/null || missing+=("${entry#*:}")
done
if ((${#missing[@]})); then
    install="apt-get install --yes --no-install-recommends ${missing[*]}"
    if ((EUID)); then
        echo "missing: ${missing[*]}; please run: sudo $install" >&2
        exit 1
    fi
    echo "== $install" >&2
    apt-get update --quiet --quiet
    DEBIAN_FRONTEND=noninteractive $install
fi

echo "== release build of $(git describe --always --dirty 2>/dev/null || echo 'no commit')" >&2
cargo build --release --locked -p telltale -p telltale-tests --bin telltale --bin telltale-bench

case $peers in
no) arguments+=(--relays direct,telltale) ;;
yes)
    # Does nothing when this version is installed.
    [[ -n ${TUN2PROXY_BIN:-} ]] ||
        cargo install --quiet --locked --root "$build/peers" --version "$TUN2PROXY" --bin tun2proxy-bin tun2proxy
    ;;
esac

exec "$build/release/telltale-bench" "${arguments[@]}"
