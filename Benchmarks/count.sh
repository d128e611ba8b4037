#!/bin/sh
# Counts instructions per unit of work: each case at two lengths under callgrind, by difference,
# so that building the guest and starting up do not count. The same program gives the same figures
# on any machine, however busy.
#
# usage: count.sh [case]...
set -eu
cd "$(dirname "$0")"
swift build -c release >&2
program=$(swift build -c release --show-bin-path)/shadowbench-benchmarks
directory=$(mktemp -d)
trap 'rm -r "$directory"' EXIT
strip -o "$directory/program" "$program" # valgrind cannot read every compiler's debug information

# Prints instructions and units of one run.
run() { # case, model or reference, rounds
  units=$(valgrind --tool=callgrind --callgrind-out-file="$directory/out" \
    "$directory/program" --count "$2" --case "$1" --rounds "$3" 2>"$directory/log")
  echo "$(awk '/Collected/ { print $4 }' "$directory/log") $units"
}

measure() { # case, model or reference
  { run "$1" "$2" 1; run "$1" "$2" 4; } | awk '
    NR == 1 { instructions = $1; units = $2 }
    NR == 2 { printf "%.2f", ($1 - instructions) / ($2 - units) }'
}

[ $# -gt 0 ] || set -- hot hot-8 hot-mask thrash thrash-ad thrash-pae thrash-2-level
printf '%-16s %8s %8s\n' case model C
for name in "$@"; do
  case $name in
    thrash-pae | thrash-2-level) reference=- ;;
    *) reference=$(measure "$name" reference) ;;
  esac
  printf '%-16s %8s %8s\n' "$name" "$(measure "$name" model)" "$reference"
done
