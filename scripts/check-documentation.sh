#!/usr/bin/env bash
# Builds the documentation of the code, private items included, with warnings as errors. It is for those who work on the code, so
# public items may link to private ones.
set -euo pipefail
cd "$(dirname "$0")/.."
# Texts of rules have placeholders in angle brackets.
export RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links -A rustdoc::invalid_html_tags"
exec cargo doc --workspace --no-deps --document-private-items "$@"
