# The search for a pool's size on a live domain. Domains of this host have nested paging, where no
# faults are seen at any size: --hap-anyway makes the steps, the real calls and the log all the same.

status=0
create office 'shadow_memory=3' || status=1
judge $status "a domain is created, with a pool of 3 MiB"
office=$(xl domid office 2>/dev/null || echo none)
log=/tmp/tune.json
first=3145728
quick="--interval 0.1 --samples 2 --settle 0.1"
slow="--interval 1 --samples 3 --settle 1"

# Whether the pool has another size than at first.
is_changed() { [ "$(pool "$office")" != $first ]; }
# A key of the log: logged KEY
logged() { sed -n "s/.*\"$1\" : \"\{0,1\}\([^\",]*\).*/\1/p" $log | head -n 1; }

exits 2 "host tune without nested paging asked for" shadowbench host tune office --log $log
says "it says that the multiplier buys no speed" 'nested paging.*multiplier buys no speed'
same "the pool is as it was" "$(pool "$office")" $first
status=0
[ ! -e $log ] || status=1
judge $status "there is no log"

exits 0 "host tune --dry-run" shadowbench host tune office --hap-anyway --dry-run
says "it shows the sizes" 'growing +1152, 1728, 2592'
same "nothing was changed" "$(pool "$office")" $first

exits 0 "host tune --hap-anyway" shadowbench host tune office --hap-anyway $quick --log $log
says "it shows a step" '^ *1 +1152 +4\.50 '
says "it ends with nothing to gain" 'verdict +nothing-to-gain: no faults'
same "the pool is put back" "$(pool "$office")" $first
same "the log has ended" "$(logged state)" ended
exits 2 "host tune --resume of it" shadowbench host tune --resume $log
says "it says that it has ended" 'has ended'

exits 0 "host tune --json" shadowbench host tune office --hap-anyway $quick --log $log --json
same "it has 4 sizes" "$(grep -c '"event":"measured"' "$out")" 4
same "3 changes" "$(grep -c '"event":"changing"' "$out")" 3
says "and the verdict" '"verdict":"nothing-to-gain"'
says "the largest size is told" '"event":"measured".*"pages":2592'

exits 1 "host tune without a budget" \
  shadowbench host tune office --hap-anyway $quick --log $log --budget-mib 0
says "it ends at the limit" 'verdict +limit'
exits 1 "host tune with the host's memory kept free" \
  shadowbench host tune office --hap-anyway $quick --log $log --keep-free-mib 4096
says "it ends at the limit" 'verdict +limit'
same "the pool is as it was" "$(pool "$office")" $first

# A shell starts jobs beside it with SIGINT ignored, and what is ignored stays so.
for signal in TERM HUP; do
  rm -f $log
  start shadowbench host tune office --hap-anyway $slow --log $log
  within 60 is_changed
  judge $? "host tune has changed the pool"
  kill -$signal "$job"
  case $signal in TERM) by=143 ;; HUP) by=129 ;; esac
  ended 60 $by "SIG$signal ends it"
  says "it says so" 'verdict +interrupted'
  same "the pool is put back" "$(pool "$office")" $first
  same "the log says interrupted" "$(logged state)" interrupted
done
exits 2 "a new search over its log" shadowbench host tune office --hap-anyway $quick --log $log
says "it tells how to go on" '--resume'
exits 0 "host tune --resume" shadowbench host tune --resume $log
says "it comes to its end" 'verdict +nothing-to-gain'
same "the pool is put back" "$(pool "$office")" $first

for way in resume undo; do
  rm -f $log
  start shadowbench host tune office --hap-anyway $slow --log $log
  within 60 is_changed
  kill -KILL "$job"
  ended 60 137 "SIGKILL ends it"
  status=0
  is_changed || status=1
  judge $status "the pool stays as it was then"
  same "the log runs" "$(logged state)" running
  same "and knows the first size" "$(logged first_pages)" 768
  exits 0 "host tune --$way" shadowbench host tune --$way $log
  same "the pool is put back" "$(pool "$office")" $first
done
same "the log says so" "$(logged state)" undone

# Between a change and its entry in the log: the log knows what was about to be sent.
sed -i -e 's/"state" : "undone"/"state" : "running",\n  "pending_pages" : 1152/' $log
pool "$office" 4000000 >/dev/null 2>&1 || pool "$office" 4096000 >/dev/null
exits 0 "host tune --undo in the middle of a change" shadowbench host tune --undo $log
same "the pool is put back" "$(pool "$office")" $first

rm -f $log
start shadowbench host tune office --hap-anyway $slow --log $log
within 60 is_changed
pool "$office" 12582912 >/dev/null
ended 60 1 "another tool's change ends it"
says "it says so" 'verdict +changed-elsewhere'
same "the other tool's size stays" "$(pool "$office")" 12582912
exits 2 "host tune --undo after that" shadowbench host tune --undo $log
says "it says that another tool was at work" 'another tool'
exits 0 "host tune --undo --force" shadowbench host tune --undo $log --force
same "the pool is put back" "$(pool "$office")" $first

start shadowbench host tune office --hap-anyway $slow --log $log --force
within 60 is_changed
xl destroy office
ended 60 1 "the domain's end ends it"
says "it says so" 'verdict +domain-gone'
exits 2 "host tune --undo of a domain that is gone" shadowbench host tune --undo $log
says "it says so" 'is gone'
