#!/bin/sh
# Tries the cluster path on a real Slurm of one node, on this machine alone:
#
#   Slurm/try.sh SHADOWBENCH
#
# Submits a job array, kills one shard, has the merge name it, runs that shard again alone, merges,
# and compares byte for byte with what one machine makes in one go. Slurm, its own MUNGE and their
# keys, logs and sockets live in a scratch folder, listen on the loopback interface only, and are
# gone when the script ends. Installs Debian's packages if they are missing.
#
# Exits with 0 when all of that worked, 1 when it did not, 3 when there is no Slurm to be had.
set -eu

shards=3
victim=2
here=$(cd "$(dirname "$0")/.." && pwd)
program=${1:?usage: Slurm/try.sh SHADOWBENCH}
program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
matrix=$here/Workloads/matrices/screening.yaml
scratch=$here/.build/slurm

say() { echo "slurm: $*"; }

fail() {
  say "FAILED: $*" >&2
  for log in "$scratch"/log/*; do
    [ -f "$log" ] || continue
    echo "--- $(basename "$log"), its last lines" >&2
    tail -n 15 "$log" >&2
  done
  exit 1
}

# Waits until a command succeeds: within SECONDS WHAT COMMAND…
within() {
  tries=$(($1 * 5))
  what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "$what"
    sleep 0.2
  done
}

install_packages() {
  for tool in slurmctld slurmd sbatch munged; do
    PATH=$PATH:/usr/sbin command -v $tool >/dev/null || missing=yes
  done
  [ -n "${missing:-}" ] || return 0
  say "installing slurmctld, slurmd, slurm-client and munge"
  sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  # No daemon may be started by the packages themselves.
  {
    $sudo apt-get -qq update \
      && $sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq install -y \
        --no-install-recommends slurmctld slurmd slurm-client munge
  } >"$scratch/log/apt" 2>&1 || {
    cat "$scratch/log/apt" >&2
    say "FAILED: Slurm's packages cannot be installed, so the cluster path was not tried" >&2
    exit 3
  }
}

configure() {
  host=$(hostname -s)
  port=$((20000 + $$ % 20000))
  user=$(id -un)
  dd if=/dev/urandom of="$scratch/munge/key" bs=1024 count=1 2>/dev/null
  chmod 600 "$scratch/munge/key"
  cat >"$scratch/slurm.conf" <<END
ClusterName=shadowbench
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$scratch/munge/socket
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
SlurmctldLogFile=$scratch/log/slurmctld
SlurmdLogFile=$scratch/log/slurmd
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
}

# Ends the process in a pid file, at first politely, and waits for it.
stop() {
  [ -s "$1" ] || return 0
  pid=$(cat "$1")
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 50); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
}

clean_up() {
  status=$?
  trap - EXIT INT TERM
  scancel --user="$(id -un)" >/dev/null 2>&1 || true
  stop "$scratch/slurmd.pid"
  stop "$scratch/slurmctld.pid"
  stop "$scratch/munge/pid"
  exit $status
}

is_idle() { [ "$(sinfo -h -o %T)" = idle ]; }
is_over() { [ -z "$(squeue -h -j "$1")" ]; }

# Submits shards, and says the job's number: submit ARRAY
submit() {
  SHADOWBENCH=$program sbatch --parsable --array="$1" \
    --output="$scratch/log/shard-%a" \
    "$here/Slurm/sweep.sbatch" "$matrix" "$scratch/results" $shards
}

start() {
  munged --force --key-file="$scratch/munge/key" --socket="$scratch/munge/socket" \
    --pid-file="$scratch/munge/pid" --log-file="$scratch/log/munged" \
    --seed-file="$scratch/munge/seed" 2>>"$scratch/log/start" || fail "munged does not start"
  within 10 "munged does not answer" munge --no-input --socket="$scratch/munge/socket"
  slurmctld -c 2>>"$scratch/log/start" || fail "slurmctld does not start"
  slurmd 2>>"$scratch/log/start" || fail "slurmd does not start"
  within 60 "the node does not become idle" is_idle
  say "$(sinfo --version) runs, one node, $(nproc) processors"
}

# Kills a shard's process as soon as it has begun, the hard way: kill_shard JOB NUMBER
kill_shard() {
  within 60 "shard $2 does not begin" test -s "$scratch/results/shard-$2-of-$shards.json"
  task=$(squeue -h -j "$1_$2" -t RUNNING -o %A)
  [ -n "$task" ] || fail "shard $2 was over before it could be killed"
  pid=$(scontrol listpids "$task" | awk 'NR > 1 && $1 > 1 { print $1; exit }')
  [ -n "$pid" ] || fail "Slurm knows no process of shard $2"
  kill -9 "$pid" || fail "shard $2 was over before it could be killed"
  say "shard $2 killed: process $pid of job $1_$2"
}

rm -rf "$scratch"
mkdir -p "$scratch/log" "$scratch/munge" "$scratch/state" "$scratch/spool"
chmod 755 "$scratch" "$scratch/munge"
[ -x "$program" ] || fail "$program is not there; 'make build' makes it"
case $scratch in
*[!A-Za-z0-9/._+-]*) fail "Slurm's configuration cannot name this folder: $scratch" ;;
esac
[ ${#scratch} -le 80 ] || fail "too long a path for sockets: $scratch"
install_packages
PATH=$PATH:/usr/sbin:/sbin
SLURM_CONF=$scratch/slurm.conf
export PATH SLURM_CONF
configure
trap clean_up EXIT
trap 'exit 130' INT TERM
start

job=$(submit 1-$shards) || fail "sbatch refused the job array"
kill_shard "$job" $victim
within 600 "job $job does not end" is_over "$job"

if "$program" sweep --merge "$scratch/results" -o "$scratch/merged.json" 2>"$scratch/log/merge"
then
  fail "the merge did not notice that shard $victim is missing"
fi
grep -q "shard $victim/$shards is incomplete" "$scratch/log/merge" \
  || fail "the merge does not name shard $victim"
[ ! -e "$scratch/merged.json" ] || fail "an incomplete merge left a file"
say "the merge names it: $(cat "$scratch/log/merge")"

job=$(submit $victim) || fail "sbatch refused the shard alone"
within 600 "job $job does not end" is_over "$job"
"$program" sweep --merge "$scratch/results" -o "$scratch/merged.json" 2>"$scratch/log/merge" \
  || fail "the shards do not merge after shard $victim ran again"

say "sweeping the same matrix on this machine in one go"
"$program" sweep --matrix "$matrix" --json >"$scratch/single.json" 2>"$scratch/log/single" \
  || fail "the sweep in one go failed"
cmp "$scratch/merged.json" "$scratch/single.json" \
  || fail "the merged results differ from one machine's"
say "the merged results of $shards shards are one machine's, byte for byte:" \
  "$(wc -c <"$scratch/merged.json") bytes"
