import XenServer

/// The script of a bundle: plain POSIX shell that needs xl, and uses what else the host has.
enum BundleScript {
  /// The first mended release of each branch, `MINOR:PATCH`.
  private static let mended = TracingFlaw.mended.map { "\($0.minor):\($0.patch)" }
    .joined(separator: " ")

  /// `run.sh`.
  static let text = #"""
    #!/bin/sh
    # Runs the streams of this folder in domains of this host's Xen, and keeps what Xen counts in
    # results/. Needs root in dom0 and xl; README.txt tells the rest.
    #
    #   sh run.sh [--hap 0|1] [--limit SECONDS] [--no-xentrace] [--xentrace-anyway] [RUN...]
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
    anyway=no
    while [ $# -gt 0 ]; do
      case $1 in
      --hap) hap=${2:-} && shift ;;
      --limit) limit=${2:-} && shift ;;
      --no-xentrace) trace=no ;;
      --xentrace-anyway) anyway=yes ;;
      -*)
        say "usage: sh run.sh [--hap 0|1] [--limit SECONDS] [--no-xentrace] [--xentrace-anyway]" \
          "[RUN...]" && exit 2
        ;;
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

    # The kernel's boot: what was changed before it is gone.
    boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo -)

    # What tells a process from a later one that has its number: the number, when it began, the boot.
    identity() {
      since=$(tr '\n' ' ' 2>/dev/null <"/proc/$1/stat" \
        | sed 's/.*) //' | awk '$1 != "Z" { print $20 }')
      [ -z "$since" ] || echo "$1 $since $boot"
    }

    # Whether the process of an identity lives.
    lives() { [ -n "$1" ] && [ "$(identity "${1%% *}" 2>/dev/null)" = "$1" ]; }

    # Says in the journal what is about to be changed: after a kill the next run.sh puts it right.
    note() { echo "$*" >>results/journal || fail "results/journal cannot be written"; }

    # Leaves in the journal what could not be put right.
    keep() {
      rm -f results/journal
      [ -z "$left$level" ] || note "boot $boot"
      [ -z "$left" ] || note "domain $left"
      [ -z "$level" ] || note "level $level"
    }

    # Ends what is under way, whatever the reason.
    clean() {
      trap '' INT TERM HUP PIPE
      [ -z "$tracer" ] || { kill "$tracer" && wait "$tracer"; } 2>/dev/null
      left=""
      if [ -n "$domain" ]; then
        xl destroy "$domain" >/dev/null 2>&1 </dev/null
        if xl domid "$domain" >/dev/null 2>&1 </dev/null; then
          say "the domain $domain could not be destroyed; run: xl destroy $domain"
          left=$domain
        fi
      fi
      [ -z "$part" ] || rm -rf "$part"
      if [ -n "$level" ] && ! xl set-parameters "guest_loglvl=$level" >/dev/null 2>&1; then
        say "guest_loglvl is still 'all'; run: xl set-parameters guest_loglvl=$level"
      else
        level=""
      fi
      [ -z "$lock" ] || keep
      [ -z "$lock" ] || rm -f "$lock"
    }

    # Ends as the signal $1 ends a program, so that whoever started this sees it.
    interrupted() {
      say "interrupted"
      clean
      trap - EXIT INT TERM HUP PIPE
      kill -"$1" $$
      exit 3
    }

    # Puts right what a run.sh that was killed has left, by its journal and nothing else.
    recover() {
      [ -s results/journal ] || return 0
      say "a run.sh that was killed has left something behind; it is put right"
      isnow=no
      while read -r what value <&4; do
        case $what:$value in
        boot:"$boot") isnow=yes ;;
        part:*/*) ;;
        part:?*.part-$suffix) rm -rf "results/$value" ;;
        *) [ $isnow = yes ] || continue ;;
        esac
        case $what:$value in
        tracer:*)
          rounds=0
          ! lives "$value" || kill "${value%% *}" 2>/dev/null
          while lives "$value" && [ $rounds -lt 20 ]; do
            sleep 1
            rounds=$((rounds + 1))
          done
          ;;
        domain:replay-*)
          xl destroy "$value" >/dev/null 2>&1 </dev/null
          ! xl domid "$value" >/dev/null 2>&1 </dev/null || left=$value
          ;;
        level:*[!a-z/]*) ;;
        level:?*) xl set-parameters "guest_loglvl=$value" >/dev/null 2>&1 </dev/null || level=$value ;;
        esac
      done 4<results/journal
      keep
    }

    # Whether the Xen of version $1 traces without harm: XSA-477 (CVE-2025-58150).
    traces_safely() {
      case $1 in *rc* | *pre* | *unstable*) return 1 ;; esac
      echo "$1" | awk -F '[^0-9]' '{
        split("\#(mended)", release, " ")
        for (i in release) { split(release[i], pair, ":"); first[pair[1]] = pair[2] }
        major = $1; minor = $2; patch = $3
        if ($0 !~ /^[0-9]+[.][0-9]+/) exit 1
        if (major + 0 < 3 || (major + 0 == 3 && minor + 0 < 4) || major + 0 > 4) exit 0
        if (major + 0 == 3) exit 1
        if (minor + 0 > 22) exit 0
        if ($0 !~ /^[0-9]+[.][0-9]+[.][0-9]+/) exit 1
        if (minor + 0 == 22) exit 0
        exit !(((minor + 0) in first) && (patch + 0 >= first[minor + 0] + 0))
      }'
    }

    # A guest speaks at level debug, which most hosts drop.
    raise_level() {
      current=""
      ! have xenhypfs || current=$(xenhypfs cat /params/guest_loglvl 2>/dev/null | tr -d ' \t\n')
      [ -n "$current" ] || current=$(about xen_commandline | tr ' ' '\n' \
        | sed -n 's/^guest_loglvl=//p' | tail -n 1)
      [ -n "$current" ] || current=none/warning
      case $current in all | all/all | debug/debug) return ;; esac
      case $current in *[!a-z/]*) current=none/warning ;; esac
      note "level $current"
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
        xl dmesg 2>/dev/null </dev/null | sed '$d' | own >>"$part/lines"
        ! grep -E "\(d$number\) SB (done|failed)" "$part/lines" >/dev/null || spoken=$((spoken + 1))
        [ $spoken -le 4 ] || { end=shut-down && break; }
        sleep 1
        rounds=$((rounds + 1))
      done
      seconds=$(echo "$began $(now)" | awk '{ printf "%.2f", $2 - $1 }')
    }

    # The domain's own lines of Xen's console: its mark stands where a line begins, and not in what
    # another domain says. The first line of a ring that has come around may be half of one.
    own() { sed 1d | grep -E "^(\(XEN\) )?(\[[^]]*\] )?\(d$number\) "; }

    # One run: creates the domain, waits, asks, destroys. What it leaves is in $part.
    run() {
      xl dmesg >"$part/before" 2>/dev/null </dev/null
      [ $counters = no ] || xenperf -r >/dev/null 2>&1 || return 1
      if [ $trace = yes ]; then
        xentrace -D -e 0x0048f000 "$part/trace.xentrace" >/dev/null 2>&1 </dev/null &
        tracer=$!
        note "tracer $(identity $tracer)"
        sleep 1 # It does not say when it has begun.
      fi
      began=$(now)
      domain=$1
      note "domain $domain"
      xl create -e "configs/$id.cfg" "name=\"$domain\"" ${hap:+hap=$hap} >"$part/create.txt" 2>&1 </dev/null \
        || return 1
      number=$(xl domid "$domain" 2>/dev/null </dev/null)
      [ -n "$number" ] || return 1
      watch
      faults "$number" >"$part/faults"
      [ $counters = no ] || xenperf -f >"$part/xenperf.txt" 2>/dev/null </dev/null
      xl dmesg 2>/dev/null </dev/null | own >>"$part/lines"
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
        echo "domain $number"
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

    domain="" tracer="" part="" level="" lock="" number="" left=""
    have xl || fail "xl is not on this machine; run this as root in dom0 of a Xen host"
    [ -r runs.txt ] || fail "runs.txt is missing: this folder is not a whole bundle"
    trap clean EXIT
    for signal in INT TERM HUP PIPE; do trap "interrupted $signal" $signal; done
    mkdir -p results || fail "results/ cannot be made here"
    self=$(identity $$)
    [ -n "$self" ] || fail "/proc does not tell when a process began; this script needs Linux in dom0"
    suffix='[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'
    token=$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')
    case $token in $suffix) ;; *) fail "/dev/urandom gives no random bytes" ;; esac
    tries=0
    until (set -C && echo "$self" >results/lock) 2>/dev/null; do
      other=$(cat results/lock 2>/dev/null)
      ! lives "$other" || fail "another run.sh, process ${other%% *}, is at work here"
      # One that is just beginning has made the file and not yet written into it.
      if [ -z "$other" ] && [ $tries -lt 2 ]; then sleep 1; else rm -rf results/lock; fi
      tries=$((tries + 1))
      [ $tries -lt 5 ] || fail "results/lock cannot be made"
    done
    lock=results/lock
    xl info >results/host.new 2>results/host.err </dev/null || {
      reason=$(cat results/host.err)
      rm -f results/host.new results/host.err
      fail "xl info: $reason"
    }
    mv results/host.new results/host.txt
    rm -f results/host.err
    recover
    [ -s results/journal ] || note "boot $boot"

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
    shadows=yes
    case " $(about virt_caps) " in *" shadow "*) ;; *" hap "*) shadows=no ;; esac
    if [ $trace = yes ] && [ $anyway = no ] && [ $shadows = yes ] \
      && ! traces_safely "$(about xen_version)"; then
      trace=no
      say "no traces: this host runs Xen $(about xen_version), and \#(TracingFlaw.warning);" \
        "where every guest with shadows is trusted: --xentrace-anyway"
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
      if [ -e "$kept" ]; then
        fail "$kept is there and was not made by this script: it has no record.txt; move it away"
      fi
      if [ -e "$kept.failed" ]; then
        [ -f "$kept.failed/made-by-run.sh" ] \
          || fail "$kept.failed is there and was not made by this script; move it away"
        rm -rf "$kept.failed"
      fi
      part=${kept##*/}.part-$token
      note "part $part"
      part=results/$part
      mkdir "$part" || { part="" && fail "$kept.part-$token cannot be made"; }
      echo "this folder may be removed" >"$part/made-by-run.sh"
      end="not created"
      if run "$name-$token"; then
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
        mv "$part" "$kept.failed" # Has made-by-run.sh, by which it is known again.
        part=""
      fi
    done 3<runs.txt
    say "$finished runs are finished, $missing are not; take this whole folder back for" \
      "'shadowbench host collect'"
    [ $missing = 0 ]

    """#
}
