#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# Installs the Debian packages of the named groups of tools/deps.txt that are missing:
#   tools/install-deps.sh build [test] [bench]
# A stamp named by the list's hash makes the next call cost nothing.
set -eu
cd "$(dirname "$0")/.."
list=tools/deps.txt
[ $# -gt 0 ] || { echo "usage: tools/install-deps.sh build|test|bench ..." >&2; exit 2; }

stamp=build/.deps-$(echo "$*" | tr ' ' -)-$(sha256sum <$list | cut -c1-16)
[ ! -e "$stamp" ] || exit 0

has() { # package?command: is it there?
    package=${1%%\?*} command=${1#*\?}
    if [ "$command" != "$1" ] && command -v "$command" >/dev/null 2>&1; then
        return 0
    fi
    dpkg -s "$package" 2>/dev/null | grep -q '^Status: .* installed$'
}

wanted=
for group in "$@"; do
    found=$(awk -v g="$group" '$1 == g { print $2 }' $list)
    [ -n "$found" ] || { echo "$list has no group '$group'" >&2; exit 2; }
    wanted="$wanted $found"
done

if ! command -v dpkg >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    echo "This is not a Debian system: install the like of these packages yourself, then" >&2
    echo "tell the Makefile so with DEPS=no:" >&2
    for group in "$@"; do
        awk -v g="$group" '$1 == g { sub(/\?.*/, "", $2); printf "  %-24s", $2; $1 = $2 = ""; print }' $list >&2
    done
    exit 1
fi

missing=
for each in $wanted; do
    has "$each" || missing="$missing ${each%%\?*}"
done
if [ -n "$missing" ]; then
    echo "installing:$missing"
    sudo=
    if [ "$(id -u)" -ne 0 ]; then
        sudo=sudo
        command -v sudo >/dev/null 2>&1 || { echo "run as root: apt-get install$missing" >&2; exit 1; }
    fi
    export DEBIAN_FRONTEND=noninteractive
    $sudo apt-get update -q
    # shellcheck disable=SC2086 # one word per package
    $sudo apt-get install -q -y --no-install-recommends $missing
    # apt-get installs nothing at all when one name is unknown, and may hold a package back: ask again.
    for package in $missing; do
        has "$package" || { echo "$package is still missing after apt-get install" >&2; exit 1; }
    done
fi
mkdir -p build
rm -f build/.deps-"$(echo "$*" | tr ' ' -)"-*
: >"$stamp"
