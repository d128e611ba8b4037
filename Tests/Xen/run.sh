#!/bin/sh
# Runs shadowbench on a real Xen host, which is a virtual machine: Debian 12's Xen under QEMU's
# emulation, with the command in dom0. docs/XEN-TESTS.md tells how it works.
#
#   Tests/Xen/run.sh SHADOWBENCH
#
# SHADOWBENCH is a build with the Swift runtime in it. XEN_CACHE is where the packages are kept,
# XEN_TIMEOUT the seconds after which the machine is ended.
#
# Exits with 0 when every case held, 1 when one did not or the machine did not end, 3 when QEMU or a
# package cannot be had.
set -eu

usage="usage: Tests/Xen/run.sh SHADOWBENCH"
program=${1:?$usage}
here=$(cd "$(dirname "$0")" && pwd)
cache=${XEN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/shadowbench-xen}
timeout=${XEN_TIMEOUT:-900}
scratch=$(cd "$here/../.." && pwd)/.build/xen

say() { echo "xen: $*"; }

fail() {
  say "FAILED: $*" >&2
  if [ -s "$scratch/console.log" ]; then
    echo "--- the console's last lines; all of them are in $scratch/console.log" >&2
    tail -n 30 "$scratch/console.log" | tr -d '\r' >&2
  fi
  exit 1
}

# Boots the machine and waits for its end. Why each part of -cpu is off: under this emulation a PV
# kernel faults with SMAP, Xen's idle loop with MONITOR, and SVM guests with RDTSCP.
boot() {
  timeout --kill-after=10 "$timeout" qemu-system-x86_64 \
    -accel tcg,thread=multi -cpu EPYC,-smap,-monitor,-rdtscp -m 2048 -smp 1 \
    -display none -no-reboot -nic none \
    -serial "file:$scratch/console.log" -serial "file:$scratch/out.bin" \
    -kernel "$cache/xen.elf" -append "console=com1 com1=115200,8n1 dom0_mem=512M \
dom0_max_vcpus=1 loglvl=all guest_loglvl=all sched=credit cpuidle=off mwait-idle=0" \
    -initrd "$cache/vmlinuz console=hvc0 rdinit=/init quiet,$scratch/initrd.gz" \
    >"$scratch/qemu.log" 2>&1
}

# Judges the report: a plan that fits, and no case that failed.
report() {
  tr -d '\r\000' <"$scratch/out.bin" >"$scratch/report.tap"
  cat "$scratch/report.tap"
  ! grep '^Bail out!' "$scratch/report.tap" >/dev/null || fail "the cases did not run"
  planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$scratch/report.tap")
  good=$(grep -c '^ok ' "$scratch/report.tap" || true)
  bad=$(grep -c '^not ok ' "$scratch/report.tap" || true)
  [ -n "$planned" ] || fail "the report has no plan: the cases did not come to their end"
  [ "$bad" = 0 ] || fail "$bad of $planned cases do not hold"
  [ "$planned" -gt 0 ] && [ "$good" = "$planned" ] || fail "$good cases of $planned were reported"
}

mkdir -p "$scratch"
rm -f "$scratch/console.log" "$scratch/out.bin" "$scratch/report.tap"
[ -x "$program" ] || fail "$program is not there; 'make test-xen' makes it"
began=$(date +%s)
"$here/fetch.sh" "$cache"
fetched=$(date +%s)
"$here/image.sh" "$cache" "$program" "$scratch"
made=$(date +%s)
: >"$scratch/out.bin"
status=0
boot || status=$?
ended=$(date +%s)
[ $status != 124 ] && [ $status != 137 ] || {
  tr -d '\r\000' <"$scratch/out.bin"
  fail "the machine did not end within $timeout s"
}
[ $status = 0 ] || {
  cat "$scratch/qemu.log" >&2
  fail "QEMU ended with $status"
}
report
say "$planned cases hold; packages $((fetched - began)) s, initramfs $((made - fetched)) s," \
  "the machine $((ended - made)) s"
