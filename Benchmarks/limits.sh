#!/bin/sh
# How far the hot paths are from what the machine's memory allows: instructions and simulated cache
# misses per unit of work, by difference of two lengths under callgrind, then the time per unit.
#
# usage: limits.sh [case]...
set -eu
cd "$(dirname "$0")"
swift build -c release >&2
program=$(swift build -c release --show-bin-path)/shadowbench-benchmarks
directory=$(mktemp -d)
trap 'rm -r "$directory"' EXIT
strip -o "$directory/program" "$program" # valgrind cannot read every compiler's debug information

# Prints of one run: instructions, first-level data misses, last-level data misses, units.
run() { # case, last-level cache, rounds
  units=$(valgrind --tool=callgrind --cache-sim=yes --D1=49152,12,64 --LL="$2" \
    --callgrind-out-file="$directory/out" "$directory/program" --count model --case "$1" --rounds "$3" \
    2>"$directory/log")
  awk -v units="$units" '
    /I +refs:/ { i = $NF } /D1 +misses:/ { d = $4 } /LLd misses:/ { l = $4 }
    END { gsub(",", "", i); gsub(",", "", d); gsub(",", "", l); print i, d, l, units }' \
    "$directory/log"
}

# Prints instructions, first-level misses and last-level misses per unit.
measure() { # case, last-level cache
  { run "$1" "$2" 1; run "$1" "$2" 4; } | awk '
    NR == 1 { i = $1; d = $2; l = $3; units = $4 }
    NR == 2 { n = $4 - units; printf "%.2f %.3f %.4f", ($1 - i) / n, ($2 - d) / n, ($3 - l) / n }'
}

[ $# -gt 0 ] || set -- hot hot-mask thrash
printf '%-9s %12s %12s %12s %12s %8s\n' \
  case instructions 'L1 misses' 'L2 misses' 'L3 misses' ns
for name in "$@"; do
  # Caches of 48 KiB, 1 MiB and 32 MiB. Without prefetching of lines, which a real one does.
  second=$(measure "$name" 1048576,16,64)
  third=$(measure "$name" 33554432,16,64)
  time=$("$program" --case "$name" --json | awk '
    /modelNanoseconds/ { sub(/.*"modelNanoseconds": \[/, ""); sub(/\].*/, "")
      n = split($0, a, ", ")
      for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++)
        if (a[j] + 0 < a[i] + 0) { t = a[i]; a[i] = a[j]; a[j] = t }
      print a[int((n + 1) / 2)] }')
  echo "$name $second ${third##* } $time" | awk '
    { printf "%-9s %12s %12s %12s %12s %8.2f\n", $1, $2, $3, $4, $5, $6 }'
done
