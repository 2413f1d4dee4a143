#!/usr/bin/env bash
# Installs the tools of the other scripts in pinned versions, each set into its own folder, and prints the folder's bin.
#
#   scripts/tools.sh                  cfn-lint, SAM CLI, the SAM translator and cargo-lambda (from PyPI)
#   scripts/tools.sh cargo-deny       cargo-deny
#   scripts/tools.sh cargo-cyclonedx  cargo-cyclonedx
#   scripts/tools.sh emulated-cloud   ministack and its clients (from PyPI)
#   scripts/tools.sh clients          openapi-python-client, and a Node.js for machines without one (from PyPI)
#   scripts/tools.sh schemathesis     Schemathesis (from PyPI)
#   scripts/tools.sh webhooks         the library of Standard Webhooks (from PyPI)
#   scripts/tools.sh messages         http_ece, which decrypts push messages (from PyPI)
#   scripts/tools.sh public-holidays  the public holidays of countries (from PyPI)
#   scripts/tools.sh node             prints the folder of Node.js 20.19 or later: the machine's, or else that of `clients`
#   scripts/tools.sh npm FOLDER       the packages that FOLDER/package-lock.json pins (from the npm registry)
#
# ROLLCALL_TOOLS is the folder for all tools (default: ~/.cache/rollcall-ci). An existing set is used as it is. The name of a set
# contains a hash of its pinned versions, so other versions are installed into another folder.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=${1:-template}
case "$wanted" in
template) pins=scripts/requirements.txt ;;
emulated-cloud) pins=scripts/emulated-cloud/requirements.txt ;;
clients) pins=clients/requirements.txt ;;
schemathesis) pins=scripts/schemathesis/requirements.txt ;;
webhooks) pins=scripts/webhooks/requirements.txt ;;
messages) pins=scripts/messages/requirements.txt ;;
public-holidays) pins=scripts/public-holidays/requirements.txt ;;
cargo-deny | cargo-cyclonedx | node | npm) ;;
*) echo "usage: scripts/tools.sh [cargo-deny | cargo-cyclonedx | emulated-cloud | clients | schemathesis | webhooks | messages | public-holidays | node | npm FOLDER]" >&2 && exit 2 ;;
esac

root=${ROLLCALL_TOOLS:-$HOME/.cache/rollcall-ci}

# Compiled from crates.io, which takes some minutes once. Binaries of other registries come from other builders.
version=
case "$wanted" in
cargo-deny) version=0.20.2 ;;
cargo-cyclonedx) version=0.5.9 ;;
esac
if [ -n "$version" ]; then
    folder=$root/$wanted-$version
    if [ ! -x "$folder/bin/$wanted" ]; then
        # Built with few optimizations: it runs for a second, and fat LTO would take longer than all tests.
        CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
            cargo install --quiet --locked --root "$folder" "$wanted@$version" >&2
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
    lock=${2:?name a folder with package-lock.json}/package-lock.json
    folder=$root/npm-$(sha256sum "$lock" | cut -c1-12)
    if [ ! -e "$folder/installed" ]; then
        rm -rf "$folder"
        mkdir -p "$folder"
        cp "$2/package.json" "$lock" "$folder/"
        # Runs no scripts of packages and sends no reports.
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
        echo "This script needs Python 3.10 or later with venv (Debian: python3, python3-venv)." >&2 && exit 1
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
