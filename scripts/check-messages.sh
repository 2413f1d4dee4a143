#!/usr/bin/env bash
# Sends an e-mail of each kind and a push message in a local stack. A program that shares no code with Rollcall decrypts the push
# message: http_ece from PyPI, which implements RFC 8188 and RFC 8291. Without PyPI, the check is skipped.
#
# ROLLCALL_KEEP_FILES is a folder for the e-mails as HTML (default: none). With a Chromium (CHROMIUM, default: chromium), pictures of
# them are made as well.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/start-stack.sh

if [ -z "${PYTHON:-}" ]; then
    if ! tools=$(scripts/tools.sh messages); then
        echo "Skipped: http_ece can't be installed from PyPI." >&2
        exit 0
    fi
    PYTHON=$tools/python
fi
build_stack
start_stack --ephemeral --no-demo --no-schedules --setup-token messages
"$PYTHON" scripts/check_messages.py "$ROLLCALL_URL" messages "${ROLLCALL_KEEP_FILES:-}"
if [ -n "${ROLLCALL_KEEP_FILES:-}" ] && command -v "${CHROMIUM:-chromium}" >/dev/null; then
    for page in "$ROLLCALL_KEEP_FILES"/*.html; do
        "${CHROMIUM:-chromium}" --headless --no-sandbox --hide-scrollbars --window-size=720,640 \
            --screenshot="${page%.html}.png" "file://$(realpath "$page")" >/dev/null 2>&1
    done
fi
