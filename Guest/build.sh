#!/bin/sh
# Builds the replay guest, a kernel for each paging mode:
#
#   Guest/build.sh OUT
#
# OUT/replay-64-bit, OUT/replay-pae, OUT/replay-2-level. Needs swiftc, clang and ld.lld of one Swift
# toolchain, nothing else.
set -eu

out=${1:?usage: Guest/build.sh OUT}
here=$(cd "$(dirname "$0")" && pwd)
tools=$(dirname "$(readlink -f "$(command -v "${SWIFTC:-swiftc}")")")
objects=$out/objects
mkdir -p "$objects"

# kernel NAME TARGET WINDOW LINKER-EMULATION DEFINES…
kernel() {
  name=$1 target=$2 window=$3 emulation=$4
  shift 4
  "$tools/swiftc" -target "$target" -enable-experimental-feature Embedded -wmo -parse-as-library \
    -Osize -Xfrontend -disable-stack-protector -Xfrontend -function-sections -module-name ReplayGuest -I "$here/Sources/CBoot/include" -warnings-as-errors \
    -Xcc -mno-sse -Xcc -mno-sse2 -Xcc -mno-mmx -Xcc -mno-red-zone \
    -c "$here"/Sources/ReplayGuest/*.swift "$here"/../Sources/GuestModel/ReplayRules.swift \
    "$here"/../Sources/GuestModel/Operation.swift "$here"/../Sources/GuestModel/GuestEntry.swift \
    "$here"/../Sources/GuestModel/PagingMode.swift -o "$objects/$name.o"
  "$tools/clang" -target "$target" -c "$@" -I "$here/Sources/CBoot" \
    "$here/Sources/CBoot/boot.S" -o "$objects/$name-boot.o"
  "$tools/ld.lld" -m "$emulation" -static -nostdlib --gc-sections --defsym=WINDOW="$window" \
    -L "$here" -T "$here/link-$emulation.ld" "$objects/$name-boot.o" "$objects/$name.o" -o "$out/replay-$name"
}

kernel 64-bit x86_64-unknown-none-elf 0xffffdc0000000000 elf_x86_64 -DKERNEL_SLOT=440
kernel pae i686-unknown-none-elf 0xb0000000 elf_i386 -DPAE
kernel 2-level i686-unknown-none-elf 0xf0000000 elf_i386 -DTWO_LEVEL
