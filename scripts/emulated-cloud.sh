#!/usr/bin/env bash
# `sam build`, each function's events by `cargo lambda invoke`, `sam deploy --guided` into an emulated AWS account (ministack,
# on loopback, no Docker), and a company's first day in it over HTTP and WebSocket. See scripts/emulated-cloud/__main__.py;
# arguments are passed on to it.
set -euo pipefail
cd "$(dirname "$0")/.."
sam=$(scripts/tools.sh)
tools=$(scripts/tools.sh emulated-cloud)
# SAM looks for `cargo-lambda` in the path, and so does cargo.
export PATH="$sam:$PATH"
exec "$tools/python" scripts/emulated-cloud "$@"
