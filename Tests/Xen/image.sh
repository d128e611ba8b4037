#!/bin/sh
# Makes the initramfs that dom0 runs from:
#
#   Tests/Xen/image.sh CACHE SHADOWBENCH SCRATCH
#
# SCRATCH/initrd.gz holds busybox, Xen's toolstack and its kernel modules from CACHE/root, the
# command shadowbench, the libraries that these need, the test guests, the replay guest's kernels from
# XEN_GUEST (.build/guest), the cases, and the scenarios of XEN_SCENARIOS where that is set.
set -eu

usage="usage: Tests/Xen/image.sh CACHE SHADOWBENCH SCRATCH"
cache=${1:?$usage}
program=${2:?$usage}
scratch=${3:?$usage}
kernels=${XEN_GUEST:-$(cd "$(dirname "$0")/../.." && pwd)/.build/guest}
here=$(cd "$(dirname "$0")" && pwd)
root=$cache/root
tree=$scratch/tree
libraries=$root/usr/lib/x86_64-linux-gnu
toolstack=/usr/lib/xen-4.17/bin
# What shadowbench may need: docs/XEN-TESTS.md and Results/dom0-binary.txt tell why.
known="libc.so.6 libgcc_s.so.1 liblzma.so.5 libm.so.6 libnuma.so.1 libstdc++.so.6 libz.so.1 libzstd.so.1"

say() { echo "xen: $*"; }

fail() {
  say "FAILED: $*" >&2
  exit 3
}

# Puts a file into the image: put FILE FOLDER
put() {
  [ -e "$1" ] || fail "$1 is missing; remove $cache to fetch it anew"
  mkdir -p "$tree$2"
  cp -L "$1" "$tree$2/"
}

# What a program loads, found among the packages first.
needs() { LD_LIBRARY_PATH=$libraries ldd "$1"; }

put_libraries_of() {
  missing=$(needs "$1" | sed -n 's/^[[:space:]]*\(.*\) => not found/\1/p')
  [ -z "$missing" ] || fail "$(basename "$1") needs libraries that are not there: $missing"
  for library in $(needs "$1" | sed -n 's/.* => \(\/.*\) (.*/\1/p'); do
    put "$library" /lib
  done
}

build_guests() {
  as --32 -o "$scratch/idle.o" "$here/guest/idle.S"
  ld -m elf_i386 -n -T "$here/guest/idle.ld" -o "$tree/test/idle" "$scratch/idle.o"
  as --64 -o "$scratch/idle-pv.o" "$here/guest/idle-pv.S"
  ld -n --no-warn-rwx-segments -T "$here/guest/idle-pv.ld" -o "$tree/test/idle-pv" "$scratch/idle-pv.o"
}

build_pool() {
  "$compiler" -O2 -Wall -Wextra -Werror -I "$root/usr/include" -o "$tree/bin/pool" \
    "$here/dom0/pool.c" -L "$libraries" -Wl,-rpath-link,"$libraries" -lxenctrl
}

# A Linux guest: Debian's kernel, and a load as its first process with busybox beside it.
build_linux() {
  mkdir -p "$scratch/linux/bin" "$scratch/linux/proc" "$scratch/linux/tmp" "$scratch/linux/dev"
  "$compiler" -O2 -static -Wall -Wextra -Werror -o "$scratch/linux/init" "$here/guest/load.c"
  cp "$root/bin/busybox" "$scratch/linux/bin/"
  (cd "$scratch/linux" && find . | "$root/bin/busybox" cpio -o -H newc 2>/dev/null) \
    | gzip -1 >"$tree/test/linux.gz"
  cp -L "$cache/vmlinuz" "$tree/test/vmlinuz"
}

compiler=$(command -v "${CC:-cc}" || command -v clang) || fail "a C compiler is missing"
for tool in as ld ldd gzip strip; do
  command -v "$tool" >/dev/null || fail "$tool is missing"
done
rm -rf "$tree" "$scratch/linux"
mkdir -p "$tree/bin" "$tree/lib" "$tree/lib64" "$tree/etc/xen" "$tree/modules" "$tree/test"

put "$root/bin/busybox" /bin
ln -s busybox "$tree/bin/sh"
for module in "$root"/lib/modules/*/kernel/drivers/xen; do
  put "$module/xen-evtchn.ko" /modules
  put "$module/xen-privcmd.ko" /modules
  put "$module/xenfs/xenfs.ko" /modules
  put "$module/xen-gntdev.ko" /modules
  put "$module/xen-gntalloc.ko" /modules
done
for tool in xl xenstored xen-init-dom0 xenconsoled libxl-save-helper; do
  put "$root$toolstack/$tool" $toolstack
  put_libraries_of "$root$toolstack/$tool"
done
put "$root/usr/bin/xenstore-read" /bin
put_libraries_of "$root/usr/bin/xenstore-read"
# What a replay uses where it is there.
for tool in xenperf xentrace; do
  put "$root$toolstack/$tool" $toolstack
  put_libraries_of "$root$toolstack/$tool"
done
put "$root/usr/sbin/xenhypfs" /bin
put_libraries_of "$root/usr/sbin/xenhypfs"
# Found at run time by name, by shadowbench.
put "$libraries/libxenctrl.so.4.17" /lib
put "$libraries/libxenstore.so.4" /lib
put_libraries_of "$libraries/libxenctrl.so.4.17"
put_libraries_of "$libraries/libxenstore.so.4"

strip -o "$tree/bin/shadowbench" "$program"
needed=$(ldd "$program" | awk '/=>/ { print $1 }' | LC_ALL=C sort | tr '\n' ' ')
[ "$needed" = "$known " ] \
  || fail "shadowbench needs other libraries than those that are documented: $needed"
put_libraries_of "$program"
put /lib64/ld-linux-x86-64.so.2 /lib64
build_guests
build_pool
build_linux
for mode in 64-bit pae 2-level; do
  [ -e "$kernels/replay-$mode" ] || fail "$kernels/replay-$mode is missing; 'make guest' makes it"
  put "$kernels/replay-$mode" /test/guest
done
cp "$here/dom0/init" "$tree/init"
cp -r "$here/dom0/tap.sh" "$here/dom0/run.sh" "$here/cases" "$here/shadow" "$here/counters" \
  "$tree/test/"
[ -z "${XEN_SCENARIOS:-}" ] || cp -r "$XEN_SCENARIOS" "$tree/test/scenarios"
printf '%s\n' 'root:x:0:0::/:/bin/sh' 'nobody:x:65534:65534::/:/bin/sh' >"$tree/etc/passwd"
chmod 755 "$tree/init"
chmod -R u+w "$tree"

(cd "$tree" && find . | "$root/bin/busybox" cpio -o -H newc 2>/dev/null) \
  | gzip -1 >"$scratch/initrd.gz"
mebibytes() { du -k "$1" | awk '{ printf "%.1f MiB", $1 / 1024 }'; }
say "shadowbench: $(mebibytes "$tree/bin/shadowbench") stripped, of its own it needs" \
  "$needed"
say "initramfs: $(mebibytes "$scratch/initrd.gz"), $(find "$tree" -type f | wc -l) files"
