# The host commands where Xen has shadow paging: what a domain under it says, against the hypervisor.

# The value of a key in the last command's JSON, wherever it stands first: value KEY
value() {
  sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\{0,1\}\([^\",}]*\).*/\1/p" "$out" | head -n 1
}

exits 0 "xl info" xl info
says "the hypervisor is built with shadow paging" '^virt_caps.* shadow( |$)'
exits 0 "host info --json" shadowbench host info --json
same "host info says so" "$(value shadow_paging)" true
exits 0 "host info" shadowbench host info
says "it says that this Xen has XSA-477" 'XSA-477'

status=0
{ create shadowed 'hap=0' 'shadow_memory=3' && create nested 'hap=1' 'shadow_memory=4'; } || status=1
judge $status "a domain under shadow paging is created, and one with nested paging"
shadowed=$(xl domid shadowed 2>/dev/null || echo none)
nested=$(xl domid nested 2>/dev/null || echo none)

exits 0 "host list" shadowbench host list
says "it shows both" "^ *$shadowed +shadowed "
exits 0 "host get --json" shadowbench host get shadowed --json
same "it is under shadow paging" "$(value paging)" shadow
same "its pool is the hypervisor's" "$(value pool_bytes)" "$(pool "$shadowed")"
exits 0 "host get --json of the other" shadowbench host get nested --json
same "it has nested paging" "$(value paging)" hap

exits 0 "host set, growing" shadowbench host set shadowed --shadow-mib 6
same "the hypervisor has 6 MiB" "$(pool "$shadowed")" 6291456
exits 0 "host set, shrinking" shadowbench host set shadowed --pages 1281
same "the hypervisor has the pages" "$(pool "$shadowed")" $((1281 * 4096))

# Xen itself raises what is too small for shadows, and not for nested paging. The pool of a domain
# that runs has a minimum of its own; what the command says must be what Xen left.
pool "$nested" 409600 >/dev/null
same "Xen takes 100 pages for nested paging" "$(pool "$nested")" 409600
pool "$shadowed" 409600 >/dev/null
raised=$(pool "$shadowed")
status=0
[ "$raised" -gt 409600 ] || status=1
judge $status "Xen raises 100 pages for shadows: to $((raised / 4096))"
exits 0 "back to 1281 pages" shadowbench host set shadowed --pages 1281
exits 0 "host set --force below the minimum" shadowbench host set shadowed --pages 100 --force --json
same "the hypervisor has raised it" "$(pool "$shadowed")" "$raised"
says "the command tells the size that Xen made of it" "(^|[^0-9])($((raised / 4096))|$raised)([^0-9]|\$)"

exits 0 "host watch, twice" shadowbench host watch shadowed --interval 0.2 --count 2 --json
same "it shows two samples" "$(grep -c '"domid"' "$out")" 2
same "of this domain's pool" "$(value pages)" $((raised / 4096))

exits 0 "xl destroy shadowed" xl destroy shadowed
exits 0 "xl destroy nested" xl destroy nested
