#!/bin/sh
# Runs shadowbench on real Xen hosts, which are virtual machines: Debian 12's two Xens under QEMU's
# emulation, with the command in dom0. docs/XEN-TESTS.md tells how it works.
#
#   Tests/Xen/run.sh SHADOWBENCH [MACHINE…]
#
# SHADOWBENCH is a build with the Swift runtime in it, a MACHINE `hap` or `shadow`, without one both;
# or `counters`, for counters.sh. XEN_CACHE is where the packages are kept, XEN_TIMEOUT the seconds
# after which a machine is ended, XEN_SHADOW_DEB a file of the package with shadow paging where no
# archive has it.
#
# Exits with 0 when every case held, 1 when one did not or the machine did not end, 3 when QEMU or a
# package cannot be had.
set -eu

usage="usage: Tests/Xen/run.sh SHADOWBENCH [hap|shadow|counters…]"
program=${1:?$usage}
shift
[ $# -gt 0 ] || set -- hap shadow
here=$(cd "$(dirname "$0")" && pwd)
cache=${XEN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/shadowbench-xen}
timeout=${XEN_TIMEOUT:-1200}
scratch=$(cd "$here/../.." && pwd)/.build/xen

say() { echo "xen: $*"; }

fail() {
  say "FAILED: $*" >&2
  if [ -s "${console:-}" ]; then
    echo "--- the console's last lines; all of them are in $console" >&2
    tail -n 30 "$console" | tr -d '\r' >&2
  fi
  exit 1
}

# Boots a machine and waits for its end: boot MACHINE. Why each part of -cpu is off: under this
# emulation a PV kernel faults with SMAP, Xen's idle loop with MONITOR, and SVM guests with RDTSCP.
boot() {
  timeout --kill-after=10 "$timeout" qemu-system-x86_64 \
    -accel tcg,thread=multi -cpu EPYC,-smap,-monitor,-rdtscp -m 2048 -smp 1 \
    -display none -no-reboot -nic none \
    -serial "file:$console" -serial "file:$report.bin" \
    -kernel "$hypervisor" -append "console=com1 com1=115200,8n1 dom0_mem=512M \
dom0_max_vcpus=1 loglvl=all guest_loglvl=all sched=credit cpuidle=off mwait-idle=0" \
    -initrd "$cache/vmlinuz console=hvc0 rdinit=/init quiet cases=$1,$scratch/initrd.gz" \
    >"$scratch/qemu.log" 2>&1
}

# Judges the report: a plan that fits, and no case that failed.
judge() {
  tr -d '\r\000' <"$report.bin" >"$report.tap"
  cat "$report.tap"
  ! grep '^Bail out!' "$report.tap" >/dev/null || fail "the cases did not run"
  planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$report.tap")
  good=$(grep -c '^ok ' "$report.tap" || true)
  bad=$(grep -c '^not ok ' "$report.tap" || true)
  [ -n "$planned" ] || fail "the report has no plan: the cases did not come to their end"
  [ "$bad" = 0 ] || fail "$bad of $planned cases do not hold"
  [ "$planned" -gt 0 ] && [ "$good" = "$planned" ] || fail "$good cases of $planned were reported"
}

# Whether a program of the machine's own user land crashed, as was seen of busybox in dom0, and none
# that a case judged.
crashed() {
  grep -E '^(Segmentation fault|Inconsistency detected by ld.so)' "$console" >/dev/null \
    && ! grep 'exit code 139' "$report.tap" >/dev/null
}

# A machine from power-on to its verdict, and once more where it is at fault itself: machine NAME
machine() {
  booted=$(date +%s)
  (boot_and_judge "$1") || {
    select_machine "$1"
    crashed || exit 1
    say "$1: a program of dom0's own crashed, not shadowbench: the machine is booted once more" >&2
    boot_and_judge "$1"
  }
  select_machine "$1"
  planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$report.tap")
  verdict="$verdict; $1: $planned cases hold, the machine $(($(date +%s) - booted)) s"
}

# The files of a machine: select_machine NAME
select_machine() {
  case $1 in
  hap) hypervisor=$cache/xen.elf report=$scratch/report console=$scratch/console.log ;;
  shadow)
    hypervisor=$cache/xen-shadow.elf report=$scratch/report-shadow
    console=$scratch/console-shadow.log
    ;;
  counters)
    hypervisor=$cache/xen-counters.elf report=$scratch/report-counters
    console=$scratch/console-counters.log
    ;;
  *) echo "$usage" >&2 && exit 2 ;;
  esac
}

# One boot and its verdict: boot_and_judge NAME
boot_and_judge() {
  select_machine "$1"
  rm -f "$console" "$report.tap"
  : >"$report.bin"
  status=0
  boot "$1" || status=$?
  [ $status != 124 ] && [ $status != 137 ] || {
    tr -d '\r\000' <"$report.bin"
    fail "the machine did not end within $timeout s"
  }
  [ $status = 0 ] || {
    cat "$scratch/qemu.log" >&2
    fail "QEMU ended with $status"
  }
  judge
}

mkdir -p "$scratch"
[ -x "$program" ] || fail "$program is not there; 'make test-xen' makes it"
began=$(date +%s)
"$here/fetch.sh" "$cache"
fetched=$(date +%s)
"$here/image.sh" "$cache" "$program" "$scratch"
verdict="packages $((fetched - began)) s, initramfs $(($(date +%s) - fetched)) s"
for name in "$@"; do machine "$name"; done
say "$verdict"
