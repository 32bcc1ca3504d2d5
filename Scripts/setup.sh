#!/usr/bin/env bash
# Makes a machine ready to build this package: checks for Swift and installs the Debian packages that are missing.
#
#   Scripts/setup.sh [--fast-inflate] [--bench] [--python]
#
#   --fast-inflate   also what the trait FastInflate needs
#   --bench          also what the floor program of the benchmarks needs
#   --python         also Python with the packages of Scripts/requirements.txt, in .venv
#
# Nothing is installed that is there already, and sudo is used only where something is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

swift_minimum=6.3

# What the Swift toolchain needs: a linker, the C and C++ libraries to link with, the libraries that its programs
# and Foundation load, git and certificates for dependencies, time zones.
toolchain_packages=(
    binutils libc6-dev libgcc-12-dev libstdc++-12-dev
    libcurl4 libedit2 libncurses6 libsqlite3-0 libxml2 ca-certificates git tzdata
)
# What this package links with.
library_packages=(zlib1g-dev libzstd-dev liblz4-dev libbz2-dev libbrotli-dev libsnappy-dev pkg-config)
python_packages=()
with_python=0

for argument in "$@"; do
    case "$argument" in
        --fast-inflate) library_packages+=(libisal-dev) ;;
        --bench) library_packages+=(libdeflate-dev) ;;
        --python) with_python=1 python_packages=(python3 python3-venv) ;;
        *)
            echo "setup: unknown option $argument" >&2
            exit 2
            ;;
    esac
done

fail() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

explain_swift() {
    fail "$1" \
        "Swift $swift_minimum or newer is needed: https://www.swift.org/install/" \
        "Unpack the toolchain, put its usr/bin on PATH, and run this again."
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]
}

install_missing() {
    local package missing=() as_root=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "these packages are missing, and there is no sudo; as root, run:" \
            "apt-get update && apt-get install --no-install-recommends ${missing[*]}"
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

check_swift() {
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1) || true
    [ -n "$version" ] || explain_swift "swift does not run: $(swift --version 2>&1 | head -n 1)"
    [ "$(printf '%s\n' "$swift_minimum" "$version" | sort -V | head -n 1)" = "$swift_minimum" ] \
        || explain_swift "this is Swift $version"
}

make_environment() {
    local stamp=.venv/requirements.txt
    if ! cmp -s Scripts/requirements.txt "$stamp"; then
        echo "Making .venv"
        rm -rf .venv
        python3 -m venv .venv
        .venv/bin/python -m pip install --quiet --disable-pip-version-check -r Scripts/requirements.txt
        cp Scripts/requirements.txt "$stamp"
    fi
}

command -v swift >/dev/null || explain_swift "there is no swift on PATH"
if command -v apt-get >/dev/null; then
    install_missing "${toolchain_packages[@]}" "${library_packages[@]}" "${python_packages[@]}"
elif command -v brew >/dev/null; then
    brew install --quiet zstd lz4 brotli snappy isa-l pkg-config
else
    echo "setup: neither apt-get nor brew is here; these must be installed: ${library_packages[*]}" >&2
fi
check_swift
[ "$with_python" = 0 ] || make_environment
