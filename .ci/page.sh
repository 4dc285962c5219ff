#!/bin/sh
# The page in a real browser: renders, prints, says nothing on the console, asks for nothing.
# Usage: .ci/page.sh OUT/report.html. Skips where there is no chromium.
set -eu
page=$(realpath "$1")
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$browser" ] || { echo "no chromium: skipped"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run() { timeout 60 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" "$@" "file://$page"; }
run --dump-dom > "$work/dom.html" 2> /dev/null
for part in 'id="contents"' '<table' '<figure' '<details' 'id="disclosure"' 'id="provenance"'; do
  grep -q "$part" "$work/dom.html" || { echo "missing: $part"; exit 1; }
done
run --enable-logging=stderr --print-to-pdf="$work/page.pdf" > /dev/null 2> "$work/log"
if grep 'CONSOLE' "$work/log"; then echo "the console is not silent"; exit 1; fi
head -c 5 "$work/page.pdf" | grep -q '%PDF-' || { echo "does not print"; exit 1; }
if grep -oE '(src|href)="[^#d][^"]*"' "$work/dom.html" | grep -vE 'href="data:'; then
  echo "points outside"; exit 1
fi
echo "page: fine"
