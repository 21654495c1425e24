#!/usr/bin/env bash
# Shows the main job without internet: curl, a DNS client and Chromium, watched live, summed up and remembered.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

say "Telltale's demonstration: installs what is missing, builds, and runs real programs in a small world of
   network namespaces, whose servers answer under real host names. Nothing leaves this computer."
scripts/setup.sh demo
cargo build --release --locked -p telltale -p telltale-tests --bins

built="$PWD/${CARGO_TARGET_DIR:-target}/release"
[[ "${CARGO_TARGET_DIR:-}" == /* ]] && built="$CARGO_TARGET_DIR/release"
folder="$(dirname "$built")/demo"
rm -rf "$folder"
mkdir -p "$folder"
export PATH="$built:$PATH" XDG_DATA_HOME="$folder" HOME="$folder" COLUMNS="${COLUMNS:-130}"
record="$folder/telltale/telltale.db"

# Shows a command as a person types it, and runs it; the second form runs it in the small world.
run() { printf '\n$ %s\n' "${*@Q}" | tr -d "'"; "$@"; }
in_world() { printf '\n$ %s\n' "${shown:-$*}"; telltale-world -- "$@"; }

say "A program that reports to Xiaomi over HTTPS. Its output stays its own; lines with \"telltale:\" are ours."
in_world telltale run -- curl -sS https://tracking.intl.miui.com/track --data event=app_open

say "A script with several children: an upload without encryption, in the form that was found in 2020; an alias of
   Alibaba's, a service that its user asked for, and a
   look-up. Each flow belongs to the process that opened it."
cat >"$folder/app.sh" <<'SCRIPT'
upload='crc=363297471&gzip=1&data_list=H4sIAAAAAAACA12MUQrCMBBE77LfwRhEKLmKSAjN2gbTZtlsRCm9u6v45cDAvGGYywYpN8nrKCEn8NAdGJAXoWbhON4V8YGrKFOcMJQaU%2Fg2oUlk%2BczzonN3HobT8ScDxJWQJWMDv0HnogezCDVvLT7jQgUPlScLu4FwK73N4e%2FHqffrG%2BTTGXmiAAAA'
curl -sS -o /dev/null 'http://sa.api.intl.miui.com/sa?project=global_browser_mini' --data "$upload" &
curl -sS -o /dev/null https://ulogs.umeng.com/unify_logs &
curl -sS -o /dev/null https://account.xiaomi.com/ &
curl -sS -o /dev/null https://example.org/ &
getent ahosts sdk-api.sensorsdata.cn >/dev/null &
wait
SCRIPT
cat "$folder/app.sh"
sed -n "s/^upload='\(.*\)'/\1/p" "$folder/app.sh" >"$folder/upload"
shown="telltale run -- sh app.sh" in_world telltale run -- sh "$folder/app.sh"

say "Chromium opens a page with three trackers in it (TLS 1.3, post-quantum key exchange)."
cat >"$folder/page.html" <<'PAGE'
<title>News of the day</title>
<img src="https://data.mistat.intl.xiaomi.com/pixel.gif">
<img src="https://ulogs.umeng.com/pixel.gif">
<script src="https://sdk-api.sensorsdata.cn/sa.js"></script>
<iframe src="https://www.example.org/"></iframe>
PAGE
cat "$folder/page.html"
# --no-sandbox: Chromium's own sandbox wants to be neither root nor inside another's namespaces. What Chromium
# says of a missing desktop goes into a file.
cat >"$folder/browser.sh" <<SCRIPT
exec chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \\
    --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage \\
    --ignore-certificate-errors --user-data-dir="$folder/profile" \\
    --dump-dom "file://$folder/page.html" >"$folder/page-as-loaded.html" 2>"$folder/chromium.log"
SCRIPT
shown="telltale run -- chromium --headless page.html" in_world telltale run -- sh "$folder/browser.sh"

say "Encryption hides what is sent, not how much. Two browsers of the tests are shown addresses of random length: do they
   report them? Browser a does, compressed and over TLS; browser b reports only that pages were opened. At a tenth of
   the usual pace, half a minute each."
for browser in a:address b:page; do
    name="browser-${browser%:*}"
    cp "$built/telltale-tracker" "$folder/$name"
    printf 'exec %q browse %q --authority "$SSL_CERT_FILE" --tells %s --encoding sensors --when now --together batch \\
    --connection kept --noise none\n' "$folder/$name" "$folder/$name.socket" "${browser#*:}" >"$folder/$name.sh"
    plan=(--lengths 0,1000,3000 --trials 5 --visits 3 --pace 0.1 --window 1.5 --settle 0.1 --baseline 1)
    shown="telltale experiment run C1 ${plan[*]} --open '$name {url}' -- $name" in_world \
        telltale --quiet experiment run C1 "${plan[@]}" --app "$name" \
        --open "telltale-tracker open $folder/$name.socket {url}" -- sh "$folder/$name.sh"
done

say "What the record remembers of all of them"
run telltale apps
run telltale hosts
run telltale findings
run telltale coverage

say "What was sent without encryption, decoded"
run telltale evidence
run telltale decode --path '/sa?project=global_browser_mini' "$folder/upload"

say "Where the hosts were, what was claimed in public, and all of it as one page"
run telltale places
run telltale claims
run telltale report "$folder/report.html"

say "Why a host is flagged, with its sources"
run telltale rules check sa.api.intl.miui.com

say "The record is $record
   Look at it with: ${built}/telltale --db $record flows
   The page is $folder/report.html"
