#!/bin/sh
# Builds a Xen with shadow paging and performance counters from Debian's source package, into
# CACHE/xen-counters.elf, once:
#
#   Tests/Xen/counters-build.sh CACHE
#
# Nothing of Xen is installed, and apt's own lists stay as they are. It takes some minutes.
#
# Exits with 3 and says what is missing when something cannot be had.
set -eu

cache=${1:?usage: Tests/Xen/counters-build.sh CACHE}
version=4.17.5+72-g01140da4e8-1
work=$cache/counters-build

say() { echo "xen: $*"; }

fail() {
  say "FAILED: $*" >&2
  [ ! -s "$work/log" ] || tail -n 5 "$work/log" >&2
  exit 3
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# apt with the sources of Debian 12, and lists of its own.
of_sources() {
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Etc::SourceList="$work/sources.list" \
    -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$work/lists" \
    -o Dir::Cache="$work/cache" "$@" >>"$work/log" 2>&1
}

tools="gcc make flex bison patch dpkg-source python3"
[ ! -s "$cache/xen-counters.elf" ] || exit 0
rm -rf "$work"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
for tool in $tools; do
  command -v "$tool" >/dev/null || missing="${missing:-} $tool"
done
if [ -n "${missing:-}" ]; then
  say "installing what the build needs:$missing"
  as_root apt-get -qq update >>"$work/log" 2>&1 \
    && as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
      gcc make flex bison patch dpkg-dev python3 >>"$work/log" 2>&1 \
    || fail "the build needs$missing"
fi
key=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb-src [signed-by=$key] http://deb.debian.org/debian bookworm main" >"$work/sources.list"
say "fetching the source of Xen $version"
of_sources update || fail "apt cannot read the list of Debian 12's sources"
(cd "$work" && of_sources source --download-only "xen=$version") \
  || fail "the source package xen $version is not in Debian 12's archive any more" \
    "(snapshot.debian.org keeps what a point release drops)"
(cd "$work" && dpkg-source -x "xen_$version.dsc" source >>log 2>&1) || fail "the source is not whole"
say "building it: $work/log"
cp "$work/source/debian/xen-kconfig" "$work/source/xen/.config"
printf 'CONFIG_%s=y\n' EXPERT PERF_COUNTERS SHADOW_PAGING >>"$work/source/xen/.config"
make -C "$work/source/xen" XEN_TARGET_ARCH=x86_64 olddefconfig >>"$work/log" 2>&1 \
  || fail "Xen's configuration cannot be made"
for option in PERF_COUNTERS SHADOW_PAGING; do
  grep -qx "CONFIG_$option=y" "$work/source/xen/.config" || fail "this Xen has no $option"
done
make -C "$work/source/xen" XEN_TARGET_ARCH=x86_64 -j"$(nproc)" >>"$work/log" 2>&1 \
  || fail "Xen does not build"
gunzip -c "$work/source/xen/xen.gz" >"$work/xen.elf"
mv "$work/xen.elf" "$cache/xen-counters.elf"
rm -rf "$work"
