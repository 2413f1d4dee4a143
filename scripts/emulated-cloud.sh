#!/usr/bin/env bash
# Builds every function's `bootstrap`, gives each of them its events, deploys template.yaml into an emulated AWS account
# (ministack, on loopback, no Docker) and lives a company's first day in it over HTTP and WebSocket. See
# scripts/emulated-cloud/__main__.py; arguments are passed on to it.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$(scripts/tools.sh emulated-cloud)
exec "$tools/python" scripts/emulated-cloud "$@"
