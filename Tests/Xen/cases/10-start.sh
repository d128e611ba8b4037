# The command itself in dom0, and what this host is: what every other case rests on.

exits 0 "shadowbench starts without Swift installed and tells its version" shadowbench --version
says "the version is a number" '^[0-9]+\.[0-9]+'

exits 0 "shadowbench --help" shadowbench --help
says "the help names the commands" 'recommend'

# An emulated processor is some 20 times slower than a real one.
quick 2000 "shadowbench --version" shadowbench --version
quick 3000 "shadowbench host list" shadowbench host list
status=0
! find / -xdev -name 'libswift*' -o -name 'libFoundation*' -o -name 'swift' | grep -q . || status=1
judge $status "nothing of Swift is installed here"

exits 0 "recommend for a small reference guest" \
  shadowbench recommend 'reference:procs=16 leaves=4 touch=8' --memory-mib 256
says "it recommends a multiplier" 'HVM-shadow-multiplier = [0-9.]+'

exits 2 "bad usage in dom0 as anywhere" shadowbench recommend reference:procs=nonsense

exits 0 "xl list" xl list
says "dom0 runs" '^Domain-0 +0 '

exits 0 "xl info" xl info
says "the hypervisor offers hardware-assisted paging" '^virt_caps.* hap( |$)'
silent "the hypervisor is built without shadow paging" '^virt_caps.* shadow( |$)'

status=0
create first 'shadow_memory=3' || status=1
judge $status "a PVH domain is created with shadow_memory=3"
first=$(xl domid first 2>/dev/null || echo none)
exits 0 "xl list first" xl list first
says "it is there" "^first +$first "
exits 0 "the hypervisor tells the pool of domain $first" pool "$first"
same "the pool is 3 MiB" "$(cat "$out")" 3145728
within 20 sh -c 'xl dmesg | grep -q "(d[0-9]*) idle guest runs"'
judge $? "the guest runs: its line is on the hypervisor's console"
exits 0 "xl list first, once more" xl list first
silent "it has neither shut down nor crashed" '^first +.* (...s..|....c.|.....d) '

status=0
! create shadowed 'hap=0' 'shadow_memory=3' || status=1
judge $status "a domain with hap=0 is refused"
says "the hypervisor says why" 'domain creation fail.*Operation not supported'
exits 0 "the refused domain is gone" xl list
silent "xl list does not have it" '^shadowed '

exits 0 "xl destroy first" xl destroy first
