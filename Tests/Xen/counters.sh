#!/bin/sh
# Runs scenarios again on a real Xen with performance counters, and compares what it counts with what
# is recorded and with the model; docs/XEN-TESTS.md.
#
#   Tests/Xen/counters.sh SHADOWBENCH-STATIC SCENARIOS.json [ID…]
#
# SCENARIOS.json may have new ones, with "counters": {}. What was counted is kept in
# .build/xen/recorded.json. With IDs only these are run.
#
# Exits with 0 when all is the same, 1 when a counter differs or a guest does not end, 3 when something
# cannot be had.
set -eu

usage="usage: Tests/Xen/counters.sh SHADOWBENCH SCENARIOS.json [ID…]"
program=${1:?$usage}
scenarios=${2:?$usage}
shift 2
here=$(cd "$(dirname "$0")" && pwd)
cache=${XEN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/shadowbench-xen}
scratch=$(cd "$here/../.." && pwd)/.build/xen
data=$scratch/scenarios

"$here/fetch.sh" "$cache"
"$here/counters-build.sh" "$cache"
rm -rf "$data" "$scratch/counted"
mkdir -p "$data" "$scratch/counted"
"$here/counters.py" choose "$scenarios" "$data" "$@"
flags="-O2 -ffreestanding -nostdlib -static -fno-pic -no-pie -fno-stack-protector
  -fno-asynchronous-unwind-tables -mno-red-zone -mgeneral-regs-only
  -Wl,--build-id=none -Wl,--no-warn-rwx-segments -T $here/reference/link.ld"
guest() { gcc $flags "$@" "$here/reference/start.S" "$here/reference/refguest.c"; }
guest -m64 -o "$data/64-bit"
guest -m32 -DPAE -o "$data/pae"
guest -m32 -DTWO -o "$data/2-level"

status=0
XEN_SCENARIOS=$data XEN_TIMEOUT=${XEN_TIMEOUT:-7200} "$here/run.sh" "$program" counters \
  >"$scratch/counters.log" 2>&1 || status=$?
grep -v '^# |' "$scratch/counters.log" | tail -n 40
[ $status = 0 ] || exit $status
"$here/counters.py" split "$scratch/report-counters.tap" "$scratch/counted"
"$program" verify "$data/scenarios.json" --xenperf "$scratch/counted" \
  --record "$scratch/recorded.json"
