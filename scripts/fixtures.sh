#!/usr/bin/env bash
# Makes the captures of tests/fixtures anew: real clients in the small world, as tcpdump sees them on their link.
# Needs tcpdump, curl, openssl, dig and chromium. What each must show is in tests/fixtures/expected.csv.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in tcpdump curl openssl dig chromium; do
    command -v "$tool" >/dev/null || { echo "missing: $tool" >&2; exit 1; }
done
cargo build --release --locked -p telltale-tests --bin telltale-world
world="${CARGO_TARGET_DIR:-target}/release/telltale-world"
folder="$PWD/tests/fixtures"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

# capture NAME DEVICE [FILTER]: runs the script on standard input in the world and keeps what passed DEVICE.
capture() {
    cat >"$scratch/clients.sh"
    cat >"$scratch/watch.sh" <<WATCH
tcpdump --immediate-mode -Z root -i $2 -s 0 -U -w "$folder/$1.pcap" "${3:-}" 2>"$scratch/$1.log" &
watcher=\$!
for _ in {1..50}; do grep -qs listening "$scratch/$1.log" && break || sleep 0.1; done
cd "$scratch" && HOME="$scratch" bash -eu clients.sh >clients.log 2>&1 </dev/null || cat clients.log >&2
sleep 0.5
kill -TERM \$watcher && wait \$watcher
WATCH
    timeout 120 "$world" -- bash "$scratch/watch.sh"
    echo "$1.pcap: $(stat -c %s "$folder/$1.pcap") bytes"
}

capture curl server <<'CLIENTS'
curl -sS http://data.mistat.xiaomi.com/mistats/v2 --data 'app_id=1&stat_value=00'
curl -sS https://tracking.intl.miui.com/track/v4
curl -sS --tls-max 1.2 'https://sa.api.intl.miui.com/sa?project=x'
curl -sS -6 https://ulogs.umeng.com/unify_logs
curl -sS "http://$(dig +short sdk-api.sensorsdata.cn)/sa.gif"
curl -sS http://example.org/first http://example.org/second
CLIENTS

capture openssl server 'port 443' <<'CLIENTS'
# Without a server name only the certificate tells who answers, and from TLS 1.3 on not even that. The look-ups are
# not in the capture.
openssl s_client -tls1_2 -noservername -connect "$(dig +short i.mi.com):443"
openssl s_client -tls1_3 -noservername -connect "$(dig +short account.xiaomi.com):443"
openssl s_client -tls1_1 -cipher DEFAULT@SECLEVEL=0 -servername data.mistat.intl.xiaomi.com \
    -connect "$(dig +short data.mistat.intl.xiaomi.com):443" || true
CLIENTS

capture dtls lo <<'CLIENTS'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=dtls.example \
    -addext subjectAltName=DNS:dtls.example,DNS:*.dtls.example -keyout key.pem -out cert.pem
ip link set lo up
# Both end with their input.
sleep 4 | openssl s_server -dtls -accept 4433 -key key.pem -cert cert.pem &
sleep 1
sleep 1 | openssl s_client -dtls -servername app.dtls.example -connect 127.0.0.1:4433
wait
CLIENTS

capture dns server <<'CLIENTS'
dig tracking.intl.miui.com
dig +tcp AAAA ulogs.umeng.com
dig +noedns HTTPS example.org
dig TXT no-such-name.example
getent ahosts sdk-api.sensorsdata.cn
CLIENTS

capture chromium server 'port 443' <<'CLIENTS'
fetch() {
    chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync \
        --disable-component-update --ignore-certificate-errors --user-data-dir=profile-"$1" "${@:3}" --dump-dom "$2"
}
# The one key that the world's servers have.
key=$(openssl s_client -connect "$(dig +short sa.api.intl.miui.com):443" -servername sa.api.intl.miui.com |
    openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
fetch 1 https://tracking.intl.miui.com/ --disable-quic
fetch 2 https://data.mistat.intl.xiaomi.com/ --origin-to-force-quic-on=data.mistat.intl.xiaomi.com:443 \
    --ignore-certificate-errors-spki-list="$key"
CLIENTS
