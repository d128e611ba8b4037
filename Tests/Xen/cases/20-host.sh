# The host commands against live domains. The judge is `pool`, which asks the hypervisor itself.

# The value of a key in the last command's JSON, wherever it stands first: value KEY
value() {
  sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\{0,1\}\([^\",}]*\).*/\1/p" "$out" | head -n 1
}

exits 0 "host info" shadowbench host info
says "it tells the release" '4\.17'
exits 0 "host info --json" shadowbench host info --json
same "shadow paging is not compiled in" "$(value shadow_paging)" false
same "hardware-assisted paging is available" "$(value hap)" true

status=0
{ create office 'shadow_memory=3' && create web 'shadow_memory=4'; } || status=1
judge $status "two domains are created, with pools of 3 and 4 MiB"
office=$(xl domid office 2>/dev/null || echo none)
web=$(xl domid web 2>/dev/null || echo none)

exits 0 "host list" shadowbench host list
says "it shows the first domain" "^ *$office +office "
says "it shows the second domain" "^ *$web +web "
exits 0 "host list --json" shadowbench host list --json
says "it has the first domain's name" '"name" *: *"office"'
says "and its number" "\"domid\" *: *$office(,|$)"

exits 0 "host get by name" shadowbench host get office
says "it shows the pool" '3(\.0*)? MiB'
exits 0 "host get --json by name" shadowbench host get office --json
same "it tells the pool that the hypervisor tells" "$(value pool_bytes)" "$(pool "$office")"
exits 0 "host get --json by number" shadowbench host get "$web" --json
same "it tells the other domain's pool" "$(value pool_bytes)" "$(pool "$web")"
same "and its name" "$(value name)" web
same "which pages its guest's memory by hardware" "$(value paging)" hap

exits 0 "host set, growing" shadowbench host set office --shadow-mib 6
same "the hypervisor has 6 MiB" "$(pool "$office")" 6291456
same "the other domain's pool stays" "$(pool "$web")" 4194304
exits 0 "host set by number, shrinking" shadowbench host set "$office" --shadow-mib 4
same "the hypervisor has 4 MiB" "$(pool "$office")" 4194304
exits 0 "host set to a number of pages" shadowbench host set office --pages 1281
same "the hypervisor has them to the page" "$(pool "$office")" $((1281 * 4096))
exits 0 "xl list after it" xl list office
silent "the domain lives" '^office +.* (...s..|....c.|.....d) '

# A multiplier is relative to the rule of the host's toolstack: xl's here, which counts the memory of
# a domain with nested paging once: 256 + 64 pages at 1.0.
exits 0 "host set --multiplier under xl" shadowbench host set office --multiplier 4
says "it says the rule and why" 'rule +libxl: .*no sign of xapi'
same "the hypervisor has 4 times libxl's default" "$(pool "$office")" $((4 * 320 * 4096))
exits 0 "host get --json" shadowbench host get office --json
same "the rule is there" "$(value rule_reason | cut -c 1-9)" "this host"

# Where xapi runs it is XenServer's: 256 + 2 * 64 pages, in whole MiB 2; 1.5 times that is 3 MiB.
mkdir -p /var/lib/xcp && : >/var/lib/xcp/xapi
exits 0 "host set to XenServer's 1.0" shadowbench host set office --multiplier 1
same "the hypervisor has 2 MiB" "$(pool "$office")" $((2 * 1048576))
says "it says the rule and why" 'rule +xapi: this host runs xapi \(xapi.s socket /var/lib/xcp/xapi'
exits 0 "host set to XenServer's 1.5" shadowbench host set office --multiplier 1.5
same "the hypervisor has 3 MiB: the pool did not shrink" "$(pool "$office")" $((3 * 1048576))
exits 0 "host set with another rule" shadowbench host set office --multiplier 4 --rule libxl
says "it says that it was named" 'rule +libxl: named with --rule; this host.s own is xapi'
same "the hypervisor has it" "$(pool "$office")" $((4 * 320 * 4096))
rm -r /var/lib/xcp
exits 0 "back to 1281 pages" shadowbench host set office --pages 1281

exits 0 "host info" shadowbench host info
says "it says what the product has" 'product +Debian 12, security|product +not one of those'
says "it says that shadow paging is deprecated" 'XSA-495'
says "it says that a trace is safe here" 'tracing +safe'

exits 0 "host set --dry-run" shadowbench host set office --shadow-mib 8 --dry-run
says "it says that nothing was changed" 'nothing was changed'
same "and nothing was" "$(pool "$office")" $((1281 * 4096))

# Xen itself raises only pools for shadows, for 64 MiB and one processor to 193 pages or more. This
# host has none and would take a smaller size as it is: the command raises it, unless forced.
exits 0 "host set below the minimum" shadowbench host set office --pages 150
says "it says that it raised the size" 'raised|minimum|least'
status=0
[ "$(pool "$office")" -ge $((193 * 4096)) ] || status=1
judge $status "the hypervisor has the minimum: $(pool "$office") bytes"
exits 0 "back to 1281 pages" shadowbench host set office --pages 1281
exits 0 "host set --force below the minimum" shadowbench host set office --pages 150 --force
same "it is done" "$(pool "$office")" $((150 * 4096))
says "it tells how to undo it" 'shadowbench host set .*--pages 1281'
exits 0 "doing so" shadowbench host set office --pages 1281

before=$(pool "$office")
exits 2 "host set to an absurd size" shadowbench host set office --shadow-mib 100000000
exits 2 "host set to a size below 0" shadowbench host set office --shadow-mib=-1
exits 2 "host set to no number" shadowbench host set office --shadow-mib plenty
exits 2 "host set without a size" shadowbench host set office
exits 3 "host set above the host's memory" shadowbench host set office --shadow-mib 4096
says "it says that memory is missing" 'free'
same "refused sizes change nothing" "$(pool "$office")" "$before"

exits 2 "host get of dom0" shadowbench host get 0
says "it says that dom0 is not such a domain" 'dom0'
exits 2 "host set of dom0" shadowbench host set Domain-0 --shadow-mib 4
says "and here" 'dom0'
exits 2 "host get of a number without domain" shadowbench host get 999
says "it names the number" '999'
exits 2 "host get of a name without domain" shadowbench host get nobody
says "it names the name" 'nobody'

exits 0 "host watch, twice" shadowbench host watch office --interval 0.2 --count 2 --json
same "it shows two samples" "$(grep -c '"domid"' "$out")" 2
same "of this domain's pool" "$(value pages)" 1281

exits 3 "host list as another user than root" \
  start-stop-daemon -S -c nobody -x /bin/shadowbench -- host list
says "it says so" 'root'

# Without the two files that calls go through there is no host to talk to.
mv /dev/xen/privcmd /dev/xen/away
mount -t tmpfs none /proc/xen
exits 3 "host list without privcmd" shadowbench host list
says "it says what is missing" 'hypervisor'
umount /proc/xen
mv /dev/xen/away /dev/xen/privcmd

xl destroy office
xl destroy web
exits 2 "host get of a domain that is gone" shadowbench host get office
says "it names it" 'office'
