#!/bin/sh
# Makes the results in this folder anew: `make results`. No figure here is a timing, so a second
# time gives the same bytes.
set -eu
cd "$(dirname "$0")/.."
bin="$1"

for file in scenarios more-scenarios replays; do
  echo "\$ shadowbench verify Tests/Fixtures/groundtruth/$file.json"
  "$bin" verify "Tests/Fixtures/groundtruth/$file.json" 2>/dev/null
done > Results/fidelity.txt

kept=$(mktemp -d)
trap 'rm -r "$kept"' EXIT

for order in round-robin random; do
  pages=3072,6000,7500,8600,9000,9200,9300,9350,9380,9388,9400,9500,12000
  {
    echo "\$ shadowbench sweep Workloads/xenapp-$order.yaml --pages $pages"
    "$bin" sweep "Workloads/xenapp-$order.yaml" --pages "$pages" 2>/dev/null
    echo
    echo "\$ shadowbench run Workloads/xenapp-$order.yaml --rule xapi --multiplier 4.0"
    "$bin" run "Workloads/xenapp-$order.yaml" --rule xapi --multiplier 4.0 2>/dev/null
    echo
    echo "\$ shadowbench recommend Workloads/xenapp-$order.yaml"
    "$bin" recommend "Workloads/xenapp-$order.yaml" -o "$kept/xenapp-$order.json" 2>/dev/null
  } > "Results/xenapp-$order.txt"
done

for capture in office30 apache150_php pg200_tpcb_400tps; do
  {
    echo "\$ shadowbench recommend Workloads/captures/$capture --memory-mib 4096 --vcpus 2"
    "$bin" recommend "Workloads/captures/$capture" --memory-mib 4096 --vcpus 2 \
      -o "$kept/$capture.json" 2>/dev/null
  } > "Results/$capture.txt"
done

rm -rf Results/charts
"$bin" report "$kept"/*.json -o "$kept/report.html" --charts Results/charts >/dev/null

{
  cat <<'TEXT'
# Templates for XenApp

Every template for XenApp that XenServer brought with it, from 5.5 to 8.0: checked, and given a
recommendation. Made by `make results`; this table alone by

    shadowbench templates report

How it was obtained:

- *has* is the template's multiplier and the pool that XenServer makes of it.
- *findings* are the rules of `shadowbench templates validate --built-in` that it breaks, without and
  with `--shadow-paging`; errors would be **bold**. What each rule means is in `docs/XENSERVER.md`.
- *nested paging: use* is what hosts with EPT or NPT should be given.
- *shadow paging: use* is the least pool at which, in the model and with the worst of seeds 1 to 3,
  re-creating shadows takes at most 1 % of guest time, 10 % or more above the largest size that
  fails: for the guest that the template makes, and then for the guest that the workload was made
  for. Multipliers are k/T, and ones that a server keeps.
- The workloads are `Workloads/xenapp-2003-32bit-pae.yaml` and `Workloads/xenapp-x64-2008.yaml`; what
  they rest on is said in them. A template's own memory is a start: nobody ran 110 users in 512 MiB.
- Of 5.5's templates it is not known whether they had Hyper-V's interfaces, so nothing is said of it.

TEXT
  "$bin" templates report 2>/dev/null
} > Results/templates.md
