#!/bin/sh
# Prints the path of a Chromium to drive; installs Debian's where there is none and apt may be used.
# BROWSER=/path names another one.
set -eu
for name in "${BROWSER:-}" /usr/bin/chromium chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && found=$(command -v "$name"); then
        echo "$found"
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "installing Chromium with apt-get" >&2
    { apt-get update && apt-get install --yes --no-install-recommends chromium fonts-dejavu-core; } > /dev/null 2>&1 || true
    if command -v chromium; then
        exit 0
    fi
fi
echo "browser tests need Chromium: install it (Debian: apt-get install chromium), or name one with BROWSER=/path" >&2
exit 2
