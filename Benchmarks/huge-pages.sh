#!/bin/sh
# What huge pages gain and cost: the command with `--huge-pages on` and `off` in turn, PAIRS times.
# CPU times and peaks are medians, user and system time of all threads; a run of its own, not timed,
# gives the most memory seen on huge pages in /proc/PID/smaps_rollup.
#
# usage: huge-pages.sh [PAIRS]
set -eu
cd "$(dirname "$0")/.."
pairs=${1:-7}
swift build -c release --product shadowbench >&2
swift build -c release --product trace-generator >&2
binaries=$(swift build -c release --show-bin-path)
program=$binaries/shadowbench
directory=$(mktemp -d)
trap 'rm -r "$directory"' EXIT
"$binaries/trace-generator" zipf "$directory/zipf" >&2

median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

# Prints the most kB on huge pages that were seen while the command ran.
most_huge() { # on or off, arguments
  setting=$1
  shift
  "$program" "$@" --huge-pages "$setting" >"$directory/text" 2>/dev/null &
  most=0
  while [ -r "/proc/$!/smaps_rollup" ]; do
    now=$(awk '/^AnonHugePages/ { print $2 }' "/proc/$!/smaps_rollup" 2>/dev/null) || break
    [ "${now:-0}" -le "$most" ] || most=$now
    sleep 0.01
  done
  wait $!
  echo "$most"
}

measure() { # name, arguments
  name=$1
  shift
  rm -f "$directory"/on "$directory"/off
  for _ in $(seq "$pairs"); do
    for setting in on off; do
      /usr/bin/time -a -o "$directory/$setting" -f '%U %S %M' \
        "$program" "$@" --huge-pages "$setting" >"$directory/text-$setting" 2>/dev/null
    done
    cmp "$directory/text-on" "$directory/text-off" # What is counted must not depend on it.
  done
  for setting in on off; do
    for column in 1 2 3; do
      awk -v column="$column" '{ print $column }' "$directory/$setting" | median
    done
    most_huge "$setting" "$@"
  done | tr '\n' ' ' | awk -v name="$name" '{
    printf "%-28s %6.2f %6.2f %6.2f %6.2f  %6.3f %6.3f  %6.0f %6.0f  %6.0f %6.0f\n", name,
      $1, $5, $2, $6, $1 / $5, ($1 + $2) / ($5 + $6), $3 / 1024, $7 / 1024, $4 / 1024, $8 / 1024 }'
}

printf '%-28s %13s %13s  %13s  %13s  %13s\n' '' 'user s' 'system s' 'on / off' 'peak MiB' 'huge MiB'
printf '%-28s %6s %6s %6s %6s  %6s %6s  %6s %6s  %6s %6s\n' \
  case on off on off user both on off on off
guest='procs=400 leaves=12 touch=96'
measure 'hot, 400 processes' run "reference:$guest rounds=100" --memory-mib 4096 --pages 40000
measure 'thrash, 400 processes' run "reference:$guest rounds=10" --memory-mib 4096 --pages 5000
measure 'thrash, xenapp-round-robin' run Workloads/xenapp-round-robin.yaml --pages 6000
measure 'thrash, xenapp-x64-2008' run Workloads/xenapp-x64-2008.yaml --pages 12000
measure '64 sizes, xenapp-round-robin' sweep Workloads/xenapp-round-robin.yaml --sizes 64
measure '64 sizes, xenapp-x64-2008' sweep Workloads/xenapp-x64-2008.yaml --sizes 64
measure '64 sizes, pg200' sweep Workloads/captures/pg200_tpcb_400tps --memory-mib 4096 --sizes 64
measure 'mrc, 20 M requests' mrc "$directory/zipf"
