#!/bin/sh
# Gets what a Xen host in QEMU is made of, Debian's packages, and lays them out under CACHE/root:
#
#   Tests/Xen/fetch.sh CACHE
#
# Nothing of Xen is installed: packages are downloaded and unpacked, once. QEMU itself must be
# installed; root, or whoever may use sudo without a password, has it installed here.
#
# Two hypervisors: CACHE/xen.elf is the newest package of Debian 12, which has no shadow paging, and
# CACHE/xen-shadow.elf the one of its main archive, which has. A point release may take that one out
# of the archive: then XEN_SHADOW_DEB names a file of it, xen-hypervisor-4.17-amd64_VERSION_amd64.deb.
#
# Exits with 3 and says what is missing when something cannot be had.
set -eu

cache=${1:?usage: Tests/Xen/fetch.sh CACHE}
xen=4.17
shadow_version=4.17.5+72-g01140da4e8-1
packages="xen-hypervisor-$xen-amd64 xen-utils-$xen xen-utils-common xenstore-utils libxenmisc$xen
  libxencall1 libxendevicemodel1 libxenevtchn1 libxenforeignmemory1 libxengnttab1 libxenhypfs1
  libxenstore4 libxentoolcore1 libxentoollog1 libxen-dev libyajl2 libncurses6 libtinfo6
  busybox-static"

say() { echo "xen: $*"; }

fail() {
  say "FAILED: $*" >&2
  exit 3
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Brings apt's lists up to date, once.
update() {
  [ -z "${updated:-}" ] || return 0
  as_root apt-get -qq update >"$cache/log" 2>&1 || return 1
  updated=yes
}

install_qemu() {
  command -v qemu-system-x86_64 >/dev/null && return 0
  say "installing qemu-system-x86"
  update && as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
    --no-install-recommends qemu-system-x86 >"$cache/log" 2>&1 || {
    tail -n 5 "$cache/log" >&2
    fail "qemu-system-x86_64 is missing; apt-get install --no-install-recommends qemu-system-x86"
  }
}

# The package that holds the kernel: linux-image-amd64 only depends on it.
kernel() {
  apt-cache depends linux-image-amd64 2>/dev/null \
    | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1
}

download() {
  (cd "$cache/deb" && apt-get -qq -o APT::Sandbox::User=root download "$1" >"$cache/log" 2>&1)
}

fetch() {
  rm -rf "$cache/deb" "$cache/root"
  mkdir -p "$cache/deb" "$cache/root"
  image=$(kernel)
  [ -n "$image" ] || { update && image=$(kernel); } || true
  [ -n "$image" ] || fail "the package linux-image-amd64 is missing in apt's lists"
  for package in $packages "$image"; do
    download "$package" || { update && image=$(kernel) && download "$package"; } || {
      tail -n 5 "$cache/log" >&2
      fail "the package $package cannot be downloaded; it is one of Debian 12 (bookworm)"
    }
  done
  for file in "$cache"/deb/*.deb; do
    case $file in
    */linux-image-*) # Of its 400 MiB only the kernel and Xen's drivers.
      dpkg-deb --fsys-tarfile "$file" \
        | tar -x -C "$cache/root" --wildcards './boot/vmlinuz-*' './lib/modules/*/drivers/xen/*'
      ;;
    *) dpkg-deb -x "$file" "$cache/root" ;;
    esac
  done
  gunzip -c "$cache/root/boot/xen-$xen-amd64.gz" >"$cache/xen.elf"
  ln -f "$cache"/root/boot/vmlinuz-* "$cache/vmlinuz"
  basename -a "$cache"/deb/*.deb >"$cache/fetched"
  rm -rf "$cache/deb"
}

# The hypervisor with shadow paging, and its configuration as the witness of that.
fetch_shadow() {
  package=xen-hypervisor-$xen-amd64
  rm -rf "$cache/deb" "$cache/shadow"
  mkdir -p "$cache/deb"
  if [ -n "${XEN_SHADOW_DEB:-}" ]; then
    cp "$XEN_SHADOW_DEB" "$cache/deb/shadow.deb" || fail "XEN_SHADOW_DEB: cannot read $XEN_SHADOW_DEB"
  else
    download "$package=$shadow_version" || { update && download "$package=$shadow_version"; } || {
      tail -n 5 "$cache/log" >&2
      fail "$package $shadow_version, the one with shadow paging, is not in apt's archives: name a" \
        "file of it with XEN_SHADOW_DEB (snapshot.debian.org keeps what a point release drops)"
    }
  fi
  for file in "$cache"/deb/*.deb; do
    dpkg-deb -x "$file" "$cache/shadow" || fail "$file is not a package"
    dpkg-deb -W --showformat='${Package} ${Version}\n' "$file" >"$cache/shadow/package"
  done
  grep -qx 'CONFIG_SHADOW_PAGING=y' "$cache/shadow/boot/xen-$xen-amd64.config" \
    || fail "$(cat "$cache/shadow/package") is built without shadow paging; remove XEN_SHADOW_DEB," \
      "or name a package of $shadow_version"
  gunzip -c "$cache/shadow/boot/xen-$xen-amd64.gz" >"$cache/xen-shadow.part"
  mv "$cache/shadow/package" "$cache/shadow-package"
  mv "$cache/xen-shadow.part" "$cache/xen-shadow.elf"
  rm -rf "$cache/deb" "$cache/shadow"
}

for tool in apt-get apt-cache dpkg-deb tar gunzip; do
  command -v $tool >/dev/null || fail "$tool is missing; the packages are Debian 12's"
done
mkdir -p "$cache"
install_qemu
# The list is written last, so that a cache which was interrupted is made anew.
if [ ! -s "$cache/fetched" ]; then
  say "fetching Xen $xen, a kernel and the tools into $cache"
  fetch
fi
if [ ! -s "$cache/xen-shadow.elf" ]; then
  say "fetching the Xen with shadow paging"
  fetch_shadow
fi
say "$(qemu-system-x86_64 --version | head -n 1)"
say "$(grep -c . "$cache/fetched") packages, among them" \
  "$(grep -E '^(xen-hypervisor|linux-image)' "$cache/fetched" | tr '\n' ' ')"
say "with shadow paging: $(cat "$cache/shadow-package")"
