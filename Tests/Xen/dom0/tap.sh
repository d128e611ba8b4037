# What a file of cases may use; sourced. A case is one line of TAP on standard output.

number=0
out=/tmp/out
err=/tmp/err
code=0

# Milliseconds since the machine started.
now() { awk '{ printf "%d", $1 * 1000 }' /proc/uptime; }

# What the last command said, as comments.
explain() {
  echo "#   exit code $code"
  for file in "$out" "$err"; do
    [ ! -s "$file" ] || head -n 12 "$file" | sed "s|^|#   ${file#/tmp/}: |"
  done
}

# Reports a case: judge STATUS WHAT, where STATUS is 0 if it holds.
judge() {
  number=$((number + 1))
  if [ "$1" = 0 ]; then
    echo "ok $number - $2"
  else
    echo "not ok $number - $2"
    explain
  fi
}

# Runs a command and keeps its output and its exit code: run COMMAND…
run() {
  code=0
  started=$(now)
  "$@" >"$out" 2>"$err" </dev/null || code=$?
  took=$(($(now) - started))
}

# A command ends with this exit code: exits CODE WHAT COMMAND…
exits() {
  wanted=$1
  what=$2
  shift 2
  run "$@"
  status=0
  [ "$code" = "$wanted" ] || status=1
  judge $status "$what (exit code $wanted, $took ms)"
}

# The last command's output has a line like this: says WHAT EXPRESSION
says() {
  status=0
  grep -qiE -e "$2" "$out" "$err" || status=1
  judge $status "$1"
}

# The opposite: silent WHAT EXPRESSION
silent() {
  status=0
  ! grep -qiE -e "$2" "$out" "$err" || status=1
  judge $status "$1"
}

# Two words are the same: same WHAT ACTUAL EXPECTED
same() {
  if [ "$2" = "$3" ]; then
    judge 0 "$1"
  else
    judge 1 "$1: $2, not $3"
  fi
}

# A command's quickest of 5 runs takes less than so many milliseconds: quick MS WHAT COMMAND…
quick() {
  limit=$1
  what=$2
  shift 2
  quickest=100000
  for _ in 1 2 3 4 5; do
    run "$@"
    [ "$took" -ge "$quickest" ] || quickest=$took
  done
  status=0
  [ "$quickest" -lt "$limit" ] || status=1
  judge $status "$what, the quickest of 5, takes less than $limit ms: $quickest ms"
}

# Waits until a command succeeds, SECONDS at most: within SECONDS COMMAND…
within() {
  tries=$(($1 * 5))
  shift
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    sleep 0.2
  done
}

# Runs a command beside what follows: start COMMAND…
start() {
  "$@" >"$out.job" 2>"$err.job" </dev/null &
  job=$!
}

# The started command ends with this exit code, SECONDS at most: ended SECONDS CODE WHAT
ended() {
  within "$1" sh -c "! kill -0 $job" || kill -9 "$job"
  code=0
  wait "$job" || code=$?
  cp "$out.job" "$out"
  cp "$err.job" "$err"
  same "$3 (exit code $code)" "$code" "$2"
}

# Makes a PVH domain that idles: create NAME LINE…, each LINE one of xl's configuration.
create() {
  name=$1
  shift
  {
    echo "name=\"$name\""
    echo 'type="pvh"'
    echo 'kernel="/test/idle"'
    echo 'memory=64'
    echo 'vcpus=1'
    for line in "$@"; do echo "$line"; done
  } >"/tmp/$name.cfg"
  run xl create -e "/tmp/$name.cfg"
  [ "$code" = 0 ]
}
