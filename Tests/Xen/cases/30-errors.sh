# What the host commands say of domains that they cannot act on, and of those that end meanwhile.

status=0
{ create office 'shadow_memory=3' && create db 'shadow_memory=4' 'vcpus=2' 'memory=128'; } || status=1
judge $status "two domains are created"
office=$(xl domid office 2>/dev/null || echo none)
db=$(xl domid db 2>/dev/null || echo none)

# A column of xl's list: listed NAME COLUMN
listed() { xl list "$1" | awk -v column="$2" 'NR == 2 { print $column }'; }

exits 0 "host get --json" shadowbench host get db --json
same "its number is xl's" "$(value domid)" "$(listed db 2)"
memory=$(value memory_mib)
same "its memory is xl's, which leaves parts of a MiB out" "${memory%.*}" "$(listed db 3)"
same "its virtual processors are xl's" "$(value vcpus)" "$(xl vcpu-list db | tail -n +2 | wc -l)"
exits 0 "host list --json" shadowbench host list --json
same "it has as many domains as xl" "$(grep -c '"domid"' "$out")" "$(xl list | tail -n +2 | wc -l)"

# A PV domain has no pool.
status=0
create classic 'type="pv"' 'kernel="/test/idle-pv"' 'memory=16' || status=1
judge $status "a PV domain is created"
classic=$(xl domid classic 2>/dev/null || echo none)
exits 0 "xl list of it" xl list classic
silent "it idles and has not crashed" '^classic +.* (...s..|....c.|.....d) '
exits 0 "host list with it" shadowbench host list
says "it is PV, and has no pool" "^ *$classic +classic +PV +- +1 +16\.00 +- +- "
for words in "get classic" "set classic --pages 2000" "watch classic --count 1" "tune classic" \
  "tune $classic --hap-anyway"; do
  exits 2 "host $words" shadowbench host $words
  says "it says that a PV domain has no pool" "domain $classic: a PV domain has no shadow pool"
done
exits 3 "the hypervisor itself has none for it" pool "$classic"

for words in "watch 0 --count 1" "tune 0" "tune Domain-0 --hap-anyway"; do
  exits 2 "host $words" shadowbench host $words
  says "it says that dom0 has none" 'dom0 has no pool'
done
for words in "set nobody --pages 2000" "watch nobody --count 1" "tune nobody" "tune 999"; do
  exits 2 "host $words" shadowbench host $words
  says "it says that there is no such domain" 'no such domain'
done

before=$(pool "$office")
for words in "get office" "set office --pages 2000" "watch office --count 1" \
  "tune office --hap-anyway"; do
  exits 3 "host $words as another user than root" \
    start-stop-daemon -S -c nobody -x /bin/shadowbench -- host $words
  says "it says what is needed" 'root'
done
same "the pool is as it was" "$(pool "$office")" "$before"

# Watched domains that end: in the middle of the samples, and one that another tool changes.
start shadowbench host watch db --interval 0.3 --json
within 30 grep -q domid "$out.job"
pool "$db" 8388608 >/dev/null
within 30 grep -q '"pages":2048' "$out.job"
judge $? "host watch sees what the hypervisor was told by another tool"
xl destroy db
ended 60 0 "host watch ends with its domain"
says "it says so" "domain $db has ended"

# Set again and again while the domain is destroyed: done, or no such domain, nothing else.
status=0
create db 'shadow_memory=4' 'memory=256' || status=1
judge $status "a domain is created anew"
db=$(xl domid db 2>/dev/null || echo none)
cat >/tmp/sets <<'END'
code=0
while [ $code = 0 ]; do
  shadowbench host set "$1" --pages 1500 && shadowbench host set "$1" --pages 1400 || code=$?
done
exit $code
END
start sh /tmp/sets "$db"
within 60 grep -q '1400 pages' "$out.job"
xl destroy db
ended 60 2 "host set while its domain is destroyed"
says "it says that the domain is gone" 'no such domain|torn down'

xl destroy classic
xl destroy office
