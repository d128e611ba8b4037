#!/bin/sh
# How far the hot paths are from what the machine's memory allows: instructions and simulated cache
# misses per unit of work, by difference of two lengths under callgrind, and the time per unit.
# ../Results/limits.txt is what it printed, and says what the rates below are.
#
# usage: limits.sh [case]...
set -eu
cd "$(dirname "$0")"
# What the machine can do, nanoseconds a load of 8 bytes.
loads_l1=0.890        # independent, 32 KiB: 1,123 M/s
loads_l3=6.024        # independent, 32 MiB: 166 M/s
loads_dependent=145   # each needs the one before, 32 MiB
swift build -c release >&2
program=$(swift build -c release --show-bin-path)/shadowbench-benchmarks
directory=$(mktemp -d)
trap 'rm -r "$directory"' EXIT
strip -o "$directory/program" "$program" # valgrind cannot read every compiler's debug information

# Prints of one run: instructions, first-level data misses, last-level data misses, units.
run() { # case, last-level cache, rounds
  units=$(valgrind --tool=callgrind --cache-sim=yes --D1=49152,12,64 --LL="$2" \
    --callgrind-out-file="$directory/out" \
    "$directory/program" --count model --case "$1" --rounds "$3" 2>"$directory/log")
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

# Prints the median of nanoseconds per unit.
time_of() { # case
  "$program" --case "$1" --json | sed -n 's/.*"modelNanoseconds": \[\([^]]*\)\].*/\1/p' |
    tr -d ' ' | tr ',' '\n' | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'
}

[ $# -gt 0 ] || set -- hot hot-mask thrash
printf '%-9s %-12s %8s %8s %8s %8s %8s %9s %7s %8s\n' case unit instr. 'L1 miss' 'L2 miss' \
  'L3 miss' 'floor ns' 'serial ns' ns '/ floor'
for name in "$@"; do
  # Caches of 48 KiB, 1 MiB and 32 MiB. Without prefetching of lines, which a real one does.
  second=$(measure "$name" 1048576,16,64)
  third=$(measure "$name" 33554432,16,64)
  case $name in thrash*) unit=fault ;; *) unit=access ;; esac
  echo "$name $unit $second ${third##* } $(time_of "$name")" |
    awk -v l1="$loads_l1" -v l3="$loads_l3" -v dependent="$loads_dependent" '
    # All that misses in the hot cases is the stream: four operations a line, a load for each.
    { hot = $2 == "access"; floor = hot ? $5 * 4 * l1 : $5 * l3
      serial = hot ? "-" : sprintf("%.0f", $5 * dependent)
      printf "%-9s %-12s %8s %8s %8s %8s %8.3f %9s %7.3f %8.1f\n",
        $1, hot ? "access" : "fixed fault", $3, $4, $5, $6, floor, serial, $7, $7 / floor }'
done
