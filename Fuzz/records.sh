#!/bin/sh
# Fuzzes the readers of records, each RUNS times: Fuzz/records.sh [RUNS] [WORK FOLDER]
set -eu
cd "$(dirname "$0")/.."
runs=${1:-3500000}
work=${2:-.build/fuzz-records}
mkdir -p "$work"
swiftc -O -g -use-ld=lld -sanitize=fuzzer,address -parse-as-library -strict-memory-safety \
  -suppress-warnings Sources/XenServer/Memory/*.swift Sources/XenServer/Records/*.swift \
  Fuzz/RecordReaders.swift -o "$work/readers"
for reader in xml json xe; do
  mkdir -p "$work/$reader"
  echo "reader $reader"
  # Swift's own crash handler would hang instead of letting the fuzzer report.
  READER=$reader SWIFT_BACKTRACE=enable=no "$work/readers" -runs="$runs" -max_len=2048 \
    -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$work/$reader-" "$work/$reader" "Fuzz/records/$reader"
done
