#!/usr/bin/env bash
# Writes the software bill of materials of what is deployed, as CycloneDX 1.5: the sixteen functions, the crates that are linked into
# each, and the JavaScript packages that the console and Swagger UI are made of. Fails if a component has no version or no licence.
#
#   scripts/sbom.sh [FILE]      default: target/rollcall.cdx.json
#
# cargo-cyclonedx reads Cargo.lock and compiles nothing. It writes its files into the folders of the crates, so it runs in a copy.
set -euo pipefail
cd "$(dirname "$0")/.."
file=${1:-${CARGO_TARGET_DIR:-target}/rollcall.cdx.json}
case "$file" in /*) ;; *) file=$PWD/$file ;; esac
export PATH="$(scripts/tools.sh cargo-cyclonedx):$PATH"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

git ls-files -z -- '*.toml' Cargo.lock '*.rs' | tar -cf - --null -T - | tar -xf - -C "$copy"
(
    cd "$copy"
    cargo cyclonedx --quiet --manifest-path functions/auth/Cargo.toml --format json --spec-version 1.5 --describe binaries \
        --no-build-deps --target "${SBOM_TARGET:-x86_64-unknown-linux-gnu}"
)
mkdir -p "$(dirname "$file")"
python3 scripts/sbom.py "$copy" "$file"
