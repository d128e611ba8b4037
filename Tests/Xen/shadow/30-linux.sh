# A real Linux guest under shadow paging: Debian's kernel with the loads of guest/load.c. Traced at a
# large pool and, with XEN_LEAST=1, at the least one, what the trace holds is compared with what Xen
# counted. At the least one a guest was seen to make hardly any progress; why is not known.

# The number of rounds that a guest has done.
rounds() { grep -c '^LOAD round' "/var/log/xen/console/guest-$1.log"; }
has_rounds() { [ "$(rounds "$1")" -ge "$2" ]; }
# The faults that Xen has fixed for a domain: fixed NAME
fixed() {
  shadowbench host watch "$1" --count 1 --json | sed -n 's/.*"fault_count":\([0-9]*\).*/\1/p'
}
# The first number of that name in the last command's JSON: counted KEY
counted() { sed -n "/^ *\"$1\" *: *[0-9][0-9]*,*\$/{s/^[^:]*: *\([0-9]*\).*/\1/p;q}" "$out"; }

# Some rounds, traced from a stop of the guest to another, so that Xen's count is of the same faults:
# traced NAME FILE ROUNDS
traced() {
  xl pause "$1"
  before=$(fixed "$1")
  wanted=$(($(rounds "$1") + $3))
  start xentrace -D -e 0x0048f000 "$2"
  sleep 2
  xl unpause "$1"
  within 120 has_rounds "$1" $wanted
  judge $? "$1 does $3 rounds while it is traced"
  xl pause "$1"
  xen=$(($(fixed "$1") - before))
  kill -INT "$job"
  ended 60 0 "xentrace ends"
  xl unpause "$1"
}

for load in office forks pipes; do
  status=0
  create $load 'hap=0' 'shadow_memory=16' 'memory=96' 'kernel="/test/vmlinuz"' \
    'ramdisk="/test/linux.gz"' "extra=\"console=hvc0 quiet load=$load\"" || status=1
  judge $status "a Linux guest is created: $load"
  began=$(now)
  within 240 has_rounds $load 6
  judge $? "it has booted and does its load, after $(($(now) - began)) ms"
  for size in large least; do
    [ $size != least ] || grep -q ' least' /proc/cmdline || continue
    [ $size = large ] || pool "$(xl domid $load)" 4096 >/dev/null
    pages=$(($(pool "$(xl domid $load)") / 4096))
    trace=/tmp/$load-$size.xentrace
    traced $load $trace 2
    exits 0 "trace summary, $load at $pages pages" shadowbench trace summary $trace --json
    same "nothing was lost" "$(counted lost_records)" 0
    same "it has the faults that Xen counted" "$(counted fixup)" "$xen"
    echo "# $load at $pages pages: $xen faults, $(counted reclaims) reclaims," \
      "$(counted reshadowings) re-shadowings"
    [ $load != office ] || case $size in
    large) same "nothing is given up" "$(counted reclaims)" 0 ;;
    least)
      status=0
      [ "$(counted reclaims)" -gt 0 ] && [ "$(counted reshadowings)" -gt 0 ] || status=1
      judge $status "address spaces are given up and shadowed again"
      ;;
    esac
  done
  xl destroy $load
  within 20 sh -c "! xl domid $load"
done
