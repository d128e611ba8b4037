/// The script of a bundle: plain POSIX shell that needs xl, and uses what else the host has.
enum BundleScript {
  /// `run.sh`.
  static let text = #"""
    #!/bin/sh
    # Runs the streams of this folder in domains of this host's Xen, and keeps what Xen counts in
    # results/. Needs root in dom0 and xl; README.txt tells the rest.
    #
    #   sh run.sh [--hap 0|1] [--limit SECONDS] [--no-xentrace] [RUN...]
    #
    # --hap 1 gives the domains nested paging, whatever their configurations say; what such runs
    # leave is kept apart. Runs that are finished are kept: run it again to go on. Exits with 0 when
    # all runs are finished, 1 when one is not, 2 for wrong usage, 3 when this host cannot run them.
    set -u

    say() { printf 'run.sh: %s\n' "$*" >&2; }

    fail() {
      say "$*"
      exit 3
    }

    hap=""
    limit=600
    trace=yes
    while [ $# -gt 0 ]; do
      case $1 in
      --hap) hap=${2:-} && shift ;;
      --limit) limit=${2:-} && shift ;;
      --no-xentrace) trace=no ;;
      -*) say "usage: sh run.sh [--hap 0|1] [--limit SECONDS] [--no-xentrace] [RUN...]" && exit 2 ;;
      *) break ;;
      esac
      shift || exit 2
    done
    case $hap in "" | 0 | 1) ;; *) say "--hap is 0 or 1" && exit 2 ;; esac
    case $limit in "" | *[!0-9]*) say "--limit is a number of seconds" && exit 2 ;; esac

    cd "$(dirname "$0")" || exit 3
    PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/lib/xen/bin:/usr/libexec/xen/bin
    export PATH
    have() { command -v "$1" >/dev/null 2>&1; }

    # Seconds since some moment, with hundredths where the kernel tells them.
    now() {
      if [ -r /proc/uptime ]; then cut -d ' ' -f 1 /proc/uptime; else date +%s; fi
    }

    # What xl info says of a name.
    about() { sed -n "s/^$1[[:space:]]*:[[:space:]]*//p" results/host.txt | head -n 1; }

    # Ends what is under way, whatever the reason.
    clean() {
      trap '' INT TERM HUP
      [ -z "$tracer" ] || { kill "$tracer" && wait "$tracer"; } 2>/dev/null
      [ -z "$domain" ] || xl destroy "$domain" >/dev/null 2>&1
      [ -z "$part" ] || rm -rf "$part"
      [ -z "$level" ] || xl set-parameters "guest_loglvl=$level" >/dev/null 2>&1 \
        || say "guest_loglvl is still 'all'; run: xl set-parameters guest_loglvl=$level"
      [ -z "$lock" ] || rm -rf "$lock"
    }

    # A guest speaks at level debug, which most hosts drop.
    raise_level() {
      current=""
      ! have xenhypfs || current=$(xenhypfs cat /params/guest_loglvl 2>/dev/null | tr -d ' \t\n')
      [ -n "$current" ] || current=$(about xen_commandline | tr ' ' '\n' \
        | sed -n 's/^guest_loglvl=//p' | tail -n 1)
      [ -n "$current" ] || current=none/warning
      case $current in all | all/all | debug/debug) return ;; esac
      if xl set-parameters guest_loglvl=all >/dev/null 2>&1; then
        level=$current
      else
        say "Xen's guest_loglvl cannot be raised: boot Xen with guest_loglvl=all if checksums" \
          "turn out to be missing"
      fi
    }

    # How many shadow faults Xen fixed for a domain, and who told; nothing where nobody can.
    faults() {
      if have shadowbench && count=$(shadowbench host get "$1" --json 2>/dev/null \
        | sed -n 's/.*"fault_count"[ ]*:[ ]*\([0-9][0-9]*\).*/\1/p') && [ -n "$count" ]; then
        echo "faults $count shadowbench"
        return
      fi
      for python in python3 python python2; do
        if have $python && count=$($python faults.py "$1" 2>/dev/null) && [ -n "$count" ]; then
          echo "faults $count $python"
          return
        fi
      done
    }

    # The six letters of a domain's state.
    state() { xl list "$1" 2>/dev/null </dev/null | awk 'NR == 2 { print $(NF - 1) }'; }

    # Waits for the domain's end: end and seconds are set.
    watch() {
      end=timed-out
      rounds=0
      spoken=0 # Rounds since the guest's last line, after which it has 4 to shut down.
      while [ $rounds -lt "$limit" ]; do
        case $(state "$number") in
        *d* | "") end=gone && break ;;
        *c*) end=crashed && break ;;
        *s*) end=shut-down && break ;;
        esac
        xl dmesg 2>/dev/null </dev/null | sed '$d' | grep -F "(d$number) " >>"$part/lines"
        ! grep -E "SB (done|failed)" "$part/lines" >/dev/null || spoken=$((spoken + 1))
        [ $spoken -le 4 ] || { end=shut-down && break; }
        sleep 1
        rounds=$((rounds + 1))
      done
      seconds=$(echo "$began $(now)" | awk '{ printf "%.2f", $2 - $1 }')
    }

    # One run: creates the domain, waits, asks, destroys. What it leaves is in $part.
    run() {
      xl dmesg >"$part/before" 2>/dev/null </dev/null
      [ $counters = no ] || xenperf -r >/dev/null 2>&1 || return 1
      if [ $trace = yes ]; then
        xentrace -D -e 0x0048f000 "$part/trace.xentrace" >/dev/null 2>&1 </dev/null &
        tracer=$!
        sleep 1 # It does not say when it has begun.
      fi
      began=$(now)
      domain=$1
      xl create -e "configs/$id.cfg" ${hap:+hap=$hap} >"$part/create.txt" 2>&1 </dev/null \
        || return 1
      number=$(xl domid "$domain" 2>/dev/null </dev/null)
      [ -n "$number" ] || return 1
      watch
      faults "$number" >"$part/faults"
      [ $counters = no ] || xenperf -f >"$part/xenperf.txt" 2>/dev/null </dev/null
      xl dmesg 2>/dev/null </dev/null | grep -F "(d$number) " >>"$part/lines"
      awk -v before="$part/before" 'FILENAME == before { old[$0] = 1; next }
        !($0 in old) && !seen[$0]++' "$part/before" "$part/lines" >"$part/console.txt"
      xl destroy "$domain" >/dev/null 2>&1 </dev/null
      domain=""
      if [ -n "$tracer" ]; then
        kill "$tracer" 2>/dev/null
        wait "$tracer"
        tracer=""
        ! have gzip || gzip -f "$part/trace.xentrace"
      fi
      {
        echo "run $id"
        echo "end $end"
        echo "hap $paging"
        echo "seconds $seconds"
        cat "$part/faults"
        echo "counters $counters"
        echo "xen $(about xen_version)"
        echo "cpu_mhz $(about cpu_mhz)"
        echo finished
      } >"$part/record.txt"
      rm -f "$part/before" "$part/lines" "$part/faults"
      [ "$end" = shut-down ] || [ "$end" = crashed ]
    }

    domain="" tracer="" part="" level="" lock="" number=""
    have xl || fail "xl is not on this machine; run this as root in dom0 of a Xen host"
    [ -r runs.txt ] || fail "runs.txt is missing: this folder is not a whole bundle"
    trap clean EXIT
    trap 'say "interrupted"; exit 3' INT TERM HUP
    mkdir -p results || fail "results/ cannot be made here"
    if ! mkdir results/lock 2>/dev/null; then
      other=$(cat results/lock/pid 2>/dev/null)
      if [ -n "$other" ] && kill -0 "$other" 2>/dev/null; then
        fail "another run.sh, process $other, is at work here"
      fi
      say "a run.sh that was killed has left results/lock; going on"
    fi
    lock=results/lock
    echo $$ >$lock/pid
    rm -rf results/*.part
    xl info >results/host.new 2>results/host.err </dev/null || {
      reason=$(cat results/host.err)
      rm -f results/host.new results/host.err
      fail "xl info: $reason"
    }
    mv results/host.new results/host.txt
    rm -f results/host.err

    case " $(about virt_caps) " in
    *" shadow "*) ;;
    *" hap "*)
      [ "$hap" = 1 ] || { [ -z "$hap" ] && ! grep -q '^hap = 0' configs/*.cfg; } \
        || fail "this Xen is built without shadow paging (virt_caps of xl info has no 'shadow')." \
          "Use a Xen with CONFIG_SHADOW_PAGING; 'sh run.sh --hap 1' runs the streams with nested" \
          "paging, for checksums and times alone"
      ;;
    esac

    counters=no
    if ! have xenperf; then
      say "no counters: xenperf is not on this machine"
    elif xenperf -r >/dev/null 2>&1 </dev/null; then
      counters=yes
    else
      say "no counters: this Xen is built without CONFIG_PERF_COUNTERS"
    fi
    if [ $trace = yes ] && ! have xentrace; then
      trace=no
      say "no traces: xentrace is not on this machine"
    fi
    have shadowbench || have python3 || have python || have python2 || say "no counts of faults" \
      "of the one domain: neither shadowbench nor python is on this machine"
    raise_level

    finished=0
    missing=0
    while read -r id name <&3; do
      if [ $# -gt 0 ]; then
        case " $* " in *" $id "*) ;; *) continue ;; esac
      fi
      paging=${hap:-$(sed -n 's/^hap = //p' "configs/$id.cfg")}
      kept=results/$id
      [ "$paging" = 0 ] || kept=$kept-hap
      if [ -e "$kept/record.txt" ]; then
        say "$id: finished before"
        finished=$((finished + 1))
        continue
      fi
      part=$kept.part
      rm -rf "$part" "$kept.failed" "$kept"
      mkdir "$part" || fail "$part cannot be made"
      if xl domid "$name" >/dev/null 2>&1 </dev/null; then
        say "$id: a domain $name was left behind; it is destroyed"
        xl destroy "$name" >/dev/null 2>&1 </dev/null
      fi
      end="not created"
      if run "$name"; then
        mv "$part" "$kept"
        part=""
        finished=$((finished + 1))
        say "$id: $end after $seconds s"
        [ -s "$kept/console.txt" ] \
          || say "$id: the guest's lines did not show up on Xen's console: no checksums"
      else
        if [ -n "$domain" ]; then xl destroy "$domain" >/dev/null 2>&1 </dev/null; fi
        domain=""
        if [ -n "$tracer" ]; then { kill "$tracer" && wait "$tracer"; } 2>/dev/null; fi
        tracer=""
        missing=$((missing + 1))
        say "$id: $end: $(tr '\n' ' ' <"$part/create.txt" 2>/dev/null)"
        rm -f "$part/before" "$part/lines" "$part/faults"
        mv "$part" "$kept.failed"
        part=""
      fi
    done 3<runs.txt
    say "$finished runs are finished, $missing are not; take this whole folder back for" \
      "'shadowbench host collect'"
    [ $missing = 0 ]

    """#

  /// `faults.py`: asks libxenctrl for a domain's shadow faults.
  static let faults = #"""
    """Prints how many shadow faults Xen has fixed for a domain: faults.py DOMAIN."""
    import ctypes
    import sys

    PEEK = 12


    def library():
        names = ["libxenctrl.so.4.%d" % minor for minor in range(29, 13, -1)]
        for name in names + ["libxenctrl.so"]:
            try:
                return ctypes.CDLL(name)
            except OSError:
                pass
        sys.exit("this machine has no libxenctrl")


    def main():
        xen = library()
        pointer, number, size = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_ulong
        xen.xc_interface_open.restype = pointer
        xen.xc_interface_open.argtypes = [pointer, pointer, number]
        handle = xen.xc_interface_open(None, None, 0)
        if not handle:
            sys.exit("the hypervisor cannot be reached")
        faults = (ctypes.c_uint32 * 2)()
        domain = int(sys.argv[1])
        if hasattr(xen, "xc_logdirty_control"):  # since 4.16
            call = xen.xc_logdirty_control
            call.restype = ctypes.c_longlong
            call.argtypes = [pointer, number, number, pointer, size, number, pointer]
            result = call(handle, domain, PEEK, None, 0, 0, faults)
        else:
            call = xen.xc_shadow_control
            call.restype = ctypes.c_int
            call.argtypes = [
                pointer, number, number, pointer, size, pointer, number, pointer]
            result = call(handle, domain, PEEK, None, 0, None, 0, faults)
        if result < 0:
            sys.exit("Xen does not tell")
        print(faults[0])


    main()

    """#
}
