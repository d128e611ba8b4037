# A real Linux guest under shadow paging: Debian's kernel with the loads of guest/load.c. Traced at a
# large pool and at the least one that it can have, what the trace holds is compared with what Xen
# counted. In the emulator a guest stands still for ever now and then, at any pool and also where it
# polls instead of halting; why is not known. It is then made anew, which is said.

# The faults that Xen has fixed for a domain: fixed NAME
fixed() {
  shadowbench host watch "$1" --count 1 --json | sed -n 's/.*"fault_count":\([0-9]*\).*/\1/p'
}
has_fixed() { [ $(($(fixed "$1") - before)) -ge "$2" ]; }
has_rounds() { [ "$(grep -c '^LOAD round' "/var/log/xen/console/guest-$1.log")" -ge "$2" ]; }
# The first number of that name in the last command's JSON: counted KEY
counted() { sed -n "/^ *\"$1\" *: *[0-9][0-9]*,*\$/{s/^[^:]*: *\([0-9]*\).*/\1/p;q}" "$out"; }

# A guest that has booted and does its load: boots NAME
boots() {
  rm -f "/var/log/xen/console/guest-$1.log"
  create "$1" 'hap=0' 'shadow_memory=16' 'memory=96' 'kernel="/test/vmlinuz"' \
    'ramdisk="/test/linux.gz"' "extra=\"console=hvc0 quiet load=$1\"" || return 1
  within 120 has_rounds "$1" 6
}

# The toolstack's own programs fail now and then in the emulator: a stop is looked at.
stops() { xl pause "$1" && xl list "$1" | awk 'NR == 2 && $5 ~ /p/ { yes = 1 } END { exit !yes }'; }

# Traces a guest from a stop to another, so that Xen's count is of the same faults, which are FAULTS at
# least, or those of some seconds with 0: traces NAME SIZE FAULTS. The trace is /tmp/NAME-SIZE.xentrace,
# Xen's count is beside it.
traces() {
  stops "$1" || return 1
  before=$(fixed "$1")
  start xentrace -D -e 0x0048f000 "/tmp/$1-$2.xentrace"
  sleep 2
  xl unpause "$1"
  sleep 4
  moves=0
  within 60 has_fixed "$1" "$3" || moves=1
  stops "$1" || moves=1
  echo $(($(fixed "$1") - before)) >"/tmp/$1-$2.fixed"
  kill -INT "$job"
  wait "$job" || moves=1
  xl unpause "$1"
  return $moves
}

# The whole of it for a load: does NAME. An idle office need not fault where it has room for all.
does() {
  boots "$1" || return 1
  case $1 in office) traces "$1" large 0 ;; *) traces "$1" large 1000 ;; esac || return 1
  pool "$(xl domid "$1")" 4096 >/dev/null
  traces "$1" least 1000
}

ends() {
  xl destroy "$1"
  within 20 sh -c "! xl domid $1"
}

for load in office forks pipes; do
  began=$(now)
  status=1
  for try in 1 2 3; do
    does $load && status=0 && ends $load && break
    echo "# $load stands still, try $try: $(xl list $load 2>&1 | tail -n 1)"
    ends $load
  done
  judge $status "a Linux guest boots, does its load and is traced: $load, $(($(now) - began)) ms"
  for size in large least; do
    exits 0 "trace summary, $load, $size pool" shadowbench trace summary /tmp/$load-$size.xentrace --json
    same "nothing was lost" "$(counted lost_records)" 0
    same "it has the faults that Xen counted" "$(counted fixup)" "$(cat /tmp/$load-$size.fixed)"
    echo "# $load, $size pool: $(counted fixup) faults, $(counted reclaims) reclaims," \
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
done
