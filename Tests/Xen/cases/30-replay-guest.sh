# The replay guest does what its stream says: in each paging mode, what it read and wrote, phase by
# phase, is what the stream foretells. Pages are numbered, so that a wrong translation shows.

# Runs a stream and compares: replay MODE WHAT INPUT OPTION…
replay() {
  mode=$1
  what=$2
  input=$3
  shift 3
  stream=/tmp/stream.replay
  run shadowbench replay make "$input" --mode "$mode" --paint -o $stream --json "$@"
  memory=$(sed -n 's/.*"memory_mib" *: *\([0-9]*\).*/\1/p' "$out")
  status=0
  [ "$code" = 0 ] || status=1
  judge $status "a stream for $mode: $what ($took ms)"
  [ $status = 0 ] || return 0
  {
    echo 'name="replay"'
    echo 'type="pvh"'
    echo "kernel=\"/test/guest/replay-$mode\""
    echo "ramdisk=\"$stream\""
    echo "memory=$memory"
    echo 'vcpus=1'
    echo 'shadow_memory=4'
    echo 'tsc_mode="native"'
    echo 'on_poweroff="preserve"'
    echo 'on_crash="preserve"'
  } >/tmp/replay.cfg
  xl dmesg -c >/dev/null
  started=$(now)
  run xl create -e /tmp/replay.cfg
  status=0
  [ "$code" = 0 ] && within 60 has_stopped || status=1
  judge $status "the guest comes to its end ($(($(now) - started)) ms)"
  xl dmesg >/tmp/console.txt
  xl destroy replay
  exits 0 "$mode, $what: as foretold" shadowbench replay check $stream /tmp/console.txt
}

# Under QEMU's nested paging Xen cannot read the HLT at a PAE guest's end, which is known by the
# guest's last line instead: docs/REPLAY.md.
has_stopped() { xl dmesg | grep -qE ' SB (done|failed) '; }

small="procs=4 leaves=2 touch=8 rounds=2"
for mode in 64-bit pae 2-level; do
  replay $mode "reads, churn and remapping" "reference:$small churn=3 remap=2 sched=1" \
    --memory-mib 64
  replay $mode "writes in a window" "reference:$small write=1 window=1 pattern=2 kleaves=1" \
    --memory-mib 64
  replay $mode "superpages, written to as tables" "reference:$small super=1 remap=1 write=1 ad=1" \
    --memory-mib 64
done
replay pae "directories of their own" "reference:$small kleaves=2 kpriv=1 remap=1" --memory-mib 64
