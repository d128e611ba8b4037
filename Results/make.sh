#!/bin/sh
# Makes the results in this folder anew: `make results`. No figure here is a timing, so a second
# time gives the same bytes.
set -eu
cd "$(dirname "$0")/.."
bin="$1"

for file in scenarios more-scenarios; do
  echo "\$ shadowbench verify Tests/Fixtures/groundtruth/$file.json"
  "$bin" verify "Tests/Fixtures/groundtruth/$file.json" 2>/dev/null
done > Results/fidelity.txt

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
    "$bin" recommend "Workloads/xenapp-$order.yaml" 2>/dev/null
  } > "Results/xenapp-$order.txt"
done

for capture in office30 apache150_php pg200_tpcb_400tps; do
  {
    echo "\$ shadowbench recommend Workloads/captures/$capture --memory-mib 4096 --vcpus 2"
    "$bin" recommend "Workloads/captures/$capture" --memory-mib 4096 --vcpus 2 2>/dev/null
  } > "Results/$capture.txt"
done
