# What this Xen does with pools, asked without shadowbench: what the host commands rest on.

status=0
create pool 'shadow_memory=3' || status=1
judge $status "a domain with a pool of 3 MiB is created"
pool=$(xl domid pool 2>/dev/null || echo none)

exits 0 "growing to 6 MiB" pool "$pool" 6291456
same "it has 6 MiB" "$(cat "$out")" 6291456
exits 0 "shrinking to 4 MiB" pool "$pool" 4194304
same "it has 4 MiB" "$(cat "$out")" 4194304
exits 0 "5 MiB and a page, no whole MiB" pool "$pool" 5246976
same "it is exact to the page" "$(cat "$out")" 5246976

# Xen raises a pool for shadows to a minimum, and has none for nested paging.
exits 0 "1 MiB, below the least pool for shadows" pool "$pool" 1048576
same "it is not raised" "$(cat "$out")" 1048576

exits 3 "a size that is no whole number of pages" pool "$pool" 5246977
# Xen takes page by page until none is left, and does not give them back.
exits 3 "a size above the host's memory" pool "$pool" 17179869184
says "it is memory that is missing" 'memory'
exits 0 "the domain still answers" pool "$pool"
left=$(cat "$out")
status=0
[ "$left" -gt 1048576 ] || status=1
judge $status "the pool of a refused size has grown all the same, to $((left / 1048576)) MiB"
exits 0 "back to 3 MiB" pool "$pool" 3145728
same "it has 3 MiB" "$(cat "$out")" 3145728

# The older call, GET_ALLOCATION, says "Invalid argument" of it: a domain may not act on itself.
exits 3 "dom0's own pool" pool 0
says "is not supported: a PV domain has none" 'Operation not supported'
exits 3 "a domain that does not exist" pool 999
says "is not found" 'No such process'

exits 0 "xl destroy pool" xl destroy pool
within 20 sh -c '! xl domid pool'
judge $? "it is gone"
