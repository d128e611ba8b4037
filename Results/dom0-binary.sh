#!/bin/sh
# What the command is like that a dom0 gets: its size, its libraries, how long it takes to start.
#
#   Results/dom0-binary.sh SHADOWBENCH REPORT
#
# SHADOWBENCH is a build with the Swift runtime in it, REPORT what `make test-xen` left of its run.
set -eu

usage="usage: Results/dom0-binary.sh SHADOWBENCH REPORT"
program=${1:?$usage}
report=${2:?$usage}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mebibytes() { stat -L -c %s "$1" | awk '{ printf "%.1f MiB", $1 / 1048576 }'; }

# The middle of 21 times of a command, ms: middle COMMAND…
middle() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do
    began=$(date +%s%N)
    "$@" >/dev/null 2>&1 || true
    echo $(($(date +%s%N) - began))
  done | sort -n | awk 'NR == 11 { printf "%.1f ms", $1 / 1000000 }'
}

# What a program of a few lines has, stripped, with the runtime in it: small NAME LINE…
small() {
  name=$1
  shift
  printf '%s\n' "$@" >"$scratch/small.swift"
  swiftc -O -static-stdlib -Xlinker --gc-sections "$scratch/small.swift" -o "$scratch/small" \
    >"$scratch/log" 2>&1 || {
    cat "$scratch/log" >&2
    exit 3
  }
  strip "$scratch/small"
  printf '  %-46s %s\n' "$name" "$(mebibytes "$scratch/small")"
}

strip -o "$scratch/stripped" "$program"
echo "Sizes and timings; 'make dom0-binary' makes them anew."
echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors;" \
  "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release);" \
  "$(swiftc --version 2>/dev/null | sed -n 's/.*\(Swift version [0-9.]*\).*/\1/p' | head -n 1)"
echo
echo "size      $(mebibytes "$program"), stripped $(mebibytes "$scratch/stripped"), packed (xz)" \
  "$(xz -T0 -1 -c "$scratch/stripped" >"$scratch/xz" && mebibytes "$scratch/xz")"
echo "glibc     $(objdump -T "$program" | grep -o 'GLIBC_2\.[0-9]*' | sort -V | tail -n 1 \
  | tr _ ' ') or later"
echo "libraries"
for library in $(ldd "$program" | sed -n 's/.* => \(\/.*\) (.*/\1/p' | sort); do
  printf '  %-18s %-9s %s\n' "$(basename "$library")" "$(mebibytes "$library")" \
    "$(dpkg -S "$(readlink -f "$library")" 2>/dev/null \
      || dpkg -S "$(readlink -f "$library" | sed 's|^/usr||')" 2>/dev/null || echo '?')" \
    | sed 's/:[^ ]*: .*//'
done
echo "start, here"
echo "  shadowbench --version          $(middle "$program" --version), the middle of 21"
echo "  shadowbench host list, no Xen  $(middle "$program" host list), the middle of 21"
echo "start, in dom0 of Xen 4.17 under QEMU's emulation"
sed -n 's/^ok [0-9]* - \(shadowbench [a-z -]*\), the quickest of 5.*: \([0-9]* ms\)$/\1|\2/p' \
  "$report" | while IFS='|' read -r words time; do
  printf '  %-30s %s, the quickest of 5\n' "$words" "$time"
done
echo "what makes the size: programs of a few lines, stripped, the runtime in them"
small "Swift alone" 'print("x")'
small "and Foundation without text handling" 'import FoundationEssentials' \
  'print(try JSONEncoder().encode([1]).count)'
small "and NSRegularExpression, which YAML files need" 'import Foundation' \
  'print(try NSRegularExpression(pattern: "a").numberOfCaptureGroups)'
