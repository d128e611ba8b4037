# Replays in live domains: the guest does what its stream says, in every paging mode. This Xen has no
# shadows, so that checksums and times alone are compared; counters are a matter for other hosts.

small='reference:procs=4 leaves=2 touch=4 rounds=2 remap=1 churn=3 write=1'
replay() { shadowbench host replay "$small" --guest /test/guest "$@"; }

# Xen starts with guest_loglvl=all here; most hosts do not.
exits 0 "guests' lines are switched off" xl set-parameters guest_loglvl=none/warning
for mode in 64-bit pae 2-level; do
  exits 0 "host replay, $mode" replay --mode $mode --shadow-mib 2 --hap 1 --paint
  says "the guest did what its stream says" 'verdict +equal: 0 counters compared, checksums equal'
  says "it says that counters are not compared" 'checksums and times alone are compared'
done
exits 0 "host replay --json, of two sizes" replay --shadow-mib 2,3 --hap 1 --json
same "both are equal" "$(grep -c '"verdict" : "equal"' "$out")" 2
says "phases have times" '"seconds" : [0-9.]+'
exits 0 "host replay --xentrace" replay --shadow-mib 2 --hap 1 --xentrace /tmp/replay.xentrace
exits 0 "trace info of it" shadowbench trace info /tmp/replay.xentrace
says "it has records" '[1-9][0-9,]* records|records +[1-9]'
exits 0 "xl list" xl list
silent "no domain is left" '^replay-'
if [ -x /bin/xenhypfs ]; then
  exits 0 "xenhypfs" xenhypfs cat /params/guest_loglvl
  says "guests' lines are switched off again" 'none/warning'
fi

exits 3 "host replay with shadows" replay --shadow-mib 2
says "it says that this Xen has none" 'built without shadow paging'
exits 3 "host replay of more memory than the host has" \
  replay --memory-mib 2048 --shadow-mib 2 --hap 1
says "it says that memory is missing" 'memory'
exits 2 "host replay on two processors" replay --shadow-mib 2 --vcpus 2
exits 3 "host replay without privcmd's rights" \
  start-stop-daemon -S -c nobody -x /bin/shadowbench -- host replay "$small" --guest /test/guest \
  --shadow-mib 2 --hap 1
exits 0 "xl list" xl list
silent "nothing of it is left" '^replay-'

# A kernel that never ends: given up, and interrupted in the middle.
mkdir -p /tmp/idle
cp /test/idle /tmp/idle/replay-64-bit
exits 1 "host replay of a guest that does not end" shadowbench host replay "$small" \
  --guest /tmp/idle --shadow-mib 2 --hap 1 --time-limit 4
says "it says so" 'verdict +failed: the domain did not end in time'
shadowbench host replay "$small" --guest /tmp/idle --shadow-mib 2 --hap 1 --time-limit 120 \
  >"$out" 2>"$err" </dev/null &
replaying=$!
within 60 sh -c 'xl list | grep -q ^replay-'
judge $? "a replay runs"
kill -TERM $replaying
code=0
wait $replaying || code=$?
same "it ends by the signal" $code 143
says "it says so" 'interrupted: domain [0-9]+ was destroyed'
exits 0 "xl list" xl list
silent "the domain is gone" '^replay-'

# Killed, it cannot put anything right: the next one does.
exits 0 "guests' lines are switched off" xl set-parameters guest_loglvl=none/warning
start shadowbench host replay "$small" --guest /tmp/idle --shadow-mib 2 --hap 1 --time-limit 120
within 60 sh -c 'xl list | grep -q ^replay-'
judge $? "a replay runs"
kill -KILL "$job"
ended 60 137 "SIGKILL ends it"
exits 0 "xl list" xl list
says "its domain is left" '^replay-'
exits 0 "the next replay" replay --shadow-mib 2 --hap 1
says "it says that it puts things right" 'it is put right'
exits 0 "xl list" xl list
silent "the domain is gone" '^replay-'
if [ -x /bin/xenhypfs ]; then
  exits 0 "xenhypfs" xenhypfs cat /params/guest_loglvl
  says "guests' lines are switched off again" 'none/warning'
fi

# A bundle, as it would run where nothing of this is installed.
exits 0 "host replay --bundle" shadowbench host replay "$small" --shadow-mib 2,3 \
  --bundle /tmp/bundle --guest /test/guest
exits 3 "run.sh with shadows" sh /tmp/bundle/run.sh
says "it says that this Xen has none" 'built without shadow paging'
exits 0 "run.sh --hap 1" sh /tmp/bundle/run.sh --hap 1
says "all runs are finished" '2 runs are finished, 0 are not'
exits 0 "run.sh --hap 1, again" sh /tmp/bundle/run.sh --hap 1
says "finished runs are kept" 'finished before'
exits 0 "xl list" xl list
silent "no domain is left" '^replay-'
exits 0 "host collect" shadowbench host collect /tmp/bundle -o /tmp/scenarios.json
says "all came back and is equal" '2 runs are whole, 2 of them equal; 0 missing or damaged'
exits 0 "verify of what came back" shadowbench verify /tmp/scenarios.json
says "it is two scenarios" '^2 scenarios'
exits 0 "guests' lines are switched on" xl set-parameters guest_loglvl=all
