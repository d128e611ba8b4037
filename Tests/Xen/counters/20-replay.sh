# The replays of the machine without counters; here every counter is compared.
. /test/shadow/20-replay.sh
for mode in 64-bit pae 2-level; do
  same "counters were read, $mode" "$(grep -c 'no performance counters' /tmp/$mode.json)" 0
done
