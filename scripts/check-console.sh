#!/usr/bin/env bash
# Checks the console (docs/console.md): its vendored files are what their script writes, its types agree with openapi.json, and
# people live their day with it in Chromium, against a stack of their own: scripts/console/journeys.
#
#   scripts/check-console.sh              everything
#   scripts/check-console.sh types        only the vendored files and the types, without a browser and a stack
#   scripts/check-console.sh screenshots  writes the pictures of docs/console instead
#
# Tools come from scripts/tools.sh, pinned; Chromium from Debian.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/start-stack.sh

export PATH="$(scripts/tools.sh node):$PATH" npm_config_update_notifier=false

# A copy beside its packages, so that nothing is written here.
mkdir -p "$work/scripts" "$work/functions/console" "$work/clients/typescript/src"
cp -r scripts/console "$work/scripts/console"
cp -r functions/console/assets "$work/functions/console/assets"
cp clients/typescript/src/schema.d.ts "$work/clients/typescript/src/"
modules=$(dirname "$(scripts/tools.sh npm scripts/console)")
rm -rf "$work/scripts/console/node_modules"
ln -s "$modules" "$work/scripts/console/node_modules"

check_types() {
    echo "-- vendored files"
    node vendor.mjs --check
    echo "-- types"
    node_modules/.bin/tsc --project tsconfig.json
    node_modules/.bin/tsc --project tsconfig.worker.json
}
if [ "${1:-}" = types ]; then
    cd "$work/scripts/console"
    check_types
    exit
fi

export CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
if [ ! -x "$CHROMIUM" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y chromium) >&2
    else
        echo "needs Chromium (Debian: chromium; CHROMIUM names another place)" >&2 && exit 1
    fi
fi
# The pictures show native controls in five languages.
if [ "${1:-}" = screenshots ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ "$CHROMIUM" = /usr/bin/chromium ]; then
    [ -e /usr/lib/chromium/locales/de.pak ] || DEBIAN_FRONTEND=noninteractive apt-get install -q -y chromium-l10n >&2
fi
build_stack
# A Thursday morning, so that people are at work whenever this runs.
start_stack --ephemeral --clock 2026-11-26T10:42:00+01:00

cd "$work/scripts/console"
if [ "${1:-}" = screenshots ]; then
    node screenshots.mjs "$OLDPWD/docs/console"
    exit
fi
check_types
echo "-- journeys"
node --test --test-concurrency=1 journeys/*.test.mjs
# A Monday morning of a company that nobody has set up.
export SETUP_TOKEN=a-token-for-the-first-visit
cd "$OLDPWD"
start_stack --ephemeral --no-demo --setup-token "$SETUP_TOKEN" --clock 2026-11-16T08:10:00+01:00
cd "$work/scripts/console"
node --test --test-concurrency=1 journeys/from-nothing/*.test.mjs
echo "console: ok"
