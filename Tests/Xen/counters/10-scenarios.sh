# The reference guest under shadow paging, each scenario of the list, and what Xen counted from before
# its domain was made until the guest halted: lines '# |ID|…', for the outside.

# A guest that halted with interrupts off is shut down.
halted() { xl list "$1" | awk 'NR == 2 && $5 ~ /s/ { yes = 1 } END { exit !yes }'; }

while read -r id mode memory vcpus shadow guest; do
  status=0
  xenperf -r >/dev/null
  create "$id" 'hap=0' "memory=$memory" "vcpus=$vcpus" "shadow_memory=$shadow" \
    "kernel=\"/test/scenarios/$mode\"" "cmdline=\"$guest\"" || status=1
  [ $status != 0 ] || within 900 halted "$id" || status=1
  judge $status "$id ends: $mode, $shadow MiB, $guest"
  xenperf -f | grep shadow | sed "s/^/# |$id|/"
  xl destroy "$id"
done </test/scenarios/list
