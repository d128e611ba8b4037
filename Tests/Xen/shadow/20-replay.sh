# Replays under shadow paging in every paging mode, at two sizes of the pool: the faults that Xen has
# fixed (PEEK) and the checksums are what the model foretells, and the traces can be read.

small='reference:procs=8 leaves=6 touch=8 rounds=2 remap=1 churn=3 write=1'
replay() {
  shadowbench host replay "$small" --guest /test/guest --hap 0 --memory-mib 64 "$@"
}

exits 2 "host replay --xentrace on a Xen with XSA-477" \
  replay --shadow-mib 2 --xentrace /tmp/replay.xentrace
says "it says what to do" '--xentrace-anyway'

for mode in 64-bit pae 2-level; do
  exits 0 "host replay, $mode" replay --mode $mode --shadow-mib 1,4 --json \
    --xentrace /tmp/$mode.xentrace --xentrace-anyway
  same "both sizes are equal" "$(grep -c '"verdict" : "equal"' "$out")" 2
  cp "$out" /tmp/$mode.json
  for mib in 1 4; do
    exits 0 "trace summary --json, $mode, $mib MiB" \
      shadowbench trace summary /tmp/$mode-${mib}mib.xentrace --json
  done
done
exits 0 "xl list" xl list
silent "no domain is left" '^replay-'
