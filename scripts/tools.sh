#!/usr/bin/env bash
# Installs the tools that the other scripts need, pinned, into a folder of their own, and prints that folder's bin.
#
#   scripts/tools.sh                  cfn-lint, SAM CLI, the SAM translator and cargo-lambda (from PyPI)
#   scripts/tools.sh cargo-deny       cargo-deny
#   scripts/tools.sh emulated-cloud   ministack, and what talks to it (from PyPI)
#   scripts/tools.sh clients          openapi-python-client, and a Node.js for where the machine has none (from PyPI)
#   scripts/tools.sh node             the folder of a Node.js of version 20.19 or later: the machine's, else that of `clients`
#   scripts/tools.sh npm FOLDER       the packages that FOLDER/package-lock.json pins (from the npm registry)
#
# ROLLCALL_TOOLS says where (default: ~/.cache/rollcall-ci). A folder that is there already is used as it is; its name
# holds a hash of the pins, so that other pins make another folder.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=${1:-template}
case "$wanted" in
template) pins=scripts/requirements.txt ;;
emulated-cloud) pins=scripts/emulated-cloud/requirements.txt ;;
clients) pins=clients/requirements.txt ;;
cargo-deny | node | npm) ;;
*) echo "usage: scripts/tools.sh [cargo-deny | emulated-cloud | clients | node | npm FOLDER]" >&2 && exit 2 ;;
esac

root=${ROLLCALL_TOOLS:-$HOME/.cache/rollcall-ci}

# Compiled from crates.io, which takes some minutes once: the ready binaries of other registries are somebody else's build.
if [ "$wanted" = cargo-deny ]; then
    version=0.20.2
    folder=$root/cargo-deny-$version
    if [ ! -x "$folder/bin/cargo-deny" ]; then
        # Not optimised as its authors would: it runs for a second, and fat LTO would take longer than all our tests.
        CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
            cargo install --quiet --locked --root "$folder" "cargo-deny@$version" >&2
    fi
    echo "$folder/bin"
    exit
fi

if [ "$wanted" = node ]; then
    if command -v node npm >/dev/null && node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'; then
        dirname "$(command -v node)"
    else
        scripts/tools.sh clients
    fi
    exit
fi

if [ "$wanted" = npm ]; then
    lock=${2:?a folder with package-lock.json}/package-lock.json
    folder=$root/npm-$(sha256sum "$lock" | cut -c1-12)
    if [ ! -e "$folder/installed" ]; then
        rm -rf "$folder"
        mkdir -p "$folder"
        cp "$2/package.json" "$lock" "$folder/"
        # No script of a package runs, and nothing is reported to anyone.
        (cd "$folder" && PATH="$(cd "$OLDPWD" && scripts/tools.sh node):$PATH" npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier >&2)
        touch "$folder/installed"
    fi
    echo "$folder/node_modules/.bin"
    exit
fi

python=${PYTHON:-python3}
if ! "$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y python3 python3-venv) >&2
    else
        echo "needs Python 3.10 or later with venv (Debian: python3, python3-venv)" >&2 && exit 1
    fi
fi

folder=$root/requirements-$(sha256sum "$pins" | cut -c1-12)
if [ ! -e "$folder/installed" ]; then
    rm -rf "$folder"
    mkdir -p "$root"
    "$python" -m venv "$folder" >&2
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-input --requirement "$pins" >&2
    touch "$folder/installed"
fi
echo "$folder/bin"
