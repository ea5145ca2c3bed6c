#!/usr/bin/env bash
# Installs the Debian packages that the build needs, and only those that are missing.
#
#     Scripts/bootstrap.sh            what building and testing need
#     Scripts/bootstrap.sh python     also what the benchmarks' scripts need
#     Scripts/bootstrap.sh namespaces also what the soak in a network namespace needs
#     Scripts/bootstrap.sh peers      also what the peer benchmarks need
#
# Says nothing when nothing is missing. Needs root or sudo only when something is.
set -euo pipefail

packages=(libglpk-dev libopenblas-dev liblzma-dev zlib1g-dev libsqlite3-dev pkg-config)
case "${1:-build}" in
build) ;;
python) packages+=(python3) ;;
namespaces) packages+=(iproute2 util-linux) ;;
peers) packages+=(g++ liblemon-dev python3 python3-venv) ;;
*)
    echo "bootstrap: unknown set '$1'; expected 'build', 'python', 'namespaces' or 'peers'" >&2
    exit 64
    ;;
esac

if ! command -v swift >/dev/null; then
    echo "bootstrap: no 'swift' on the PATH; install the Swift 6.2 toolchain or later (swift.org/install)" >&2
    exit 69
fi
if ! command -v dpkg-query >/dev/null; then
    echo "bootstrap: not a Debian system; this build expects what these packages hold: ${packages[*]}" >&2
    exit 0
fi

# Of tools the command decides, not the package: several packages provide pkg-config, and a Python may be one's own.
missing=()
for package in "${packages[@]}"; do
    case "$package" in
    pkg-config | python3) command -v "$package" >/dev/null && continue ;;
    esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "bootstrap: missing Debian packages: ${missing[*]}; install them as root (there is no sudo here)" >&2
        exit 77
    fi
    as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null >"$log" 2>&1
}
echo "bootstrap: installing ${missing[*]}" >&2
# Package lists may be absent or old: refresh them, and let the install decide whether that mattered.
apt update || true
if ! apt install --yes --no-install-recommends "${missing[@]}"; then
    cat "$log" >&2
    echo "bootstrap: could not install ${missing[*]}; apt-get's words are above" >&2
    exit 1
fi
