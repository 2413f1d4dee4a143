#!/usr/bin/env bash
# Builds all functions with one `cargo build` and one of them with `sam build`, sends each its sample events with
# `cargo lambda invoke`, runs `sam deploy --guided` against an emulated AWS account (ministack on loopback, without Docker), and runs
# a company's first day there over HTTP and WebSocket.
# Arguments are passed to scripts/emulated-cloud/__main__.py.
set -euo pipefail
cd "$(dirname "$0")/.."
sam=$(scripts/tools.sh)
tools=$(scripts/tools.sh emulated-cloud)
# SAM and cargo look for `cargo-lambda` in the path.
export PATH="$sam:$PATH"
exec "$tools/python" scripts/emulated-cloud "$@"
