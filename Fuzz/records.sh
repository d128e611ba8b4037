#!/bin/sh
# Fuzzes the readers of records, each RUNS times: Fuzz/records.sh [RUNS] [WORK FOLDER]
set -eu
cd "$(dirname "$0")/.."
runs=${1:-3500000}
work=${2:-.build/fuzz-records}
mkdir -p "$work/sources"
# One module: what is read from files and by which library is not fuzzed here.
rm -f "$work"/sources/*.swift
for source in Sources/XenServer/Memory/*.swift Sources/XenServer/Records/*.swift \
  Sources/Files/DecodedText.swift Sources/Files/FileError.swift; do
  grep -v '^import Files$' "$source" >"$work/sources/$(basename "$source")"
done
rm "$work/sources/RecordFile+Reading.swift"
swiftc -O -g -use-ld=lld -sanitize=fuzzer,address -parse-as-library -strict-memory-safety \
  -suppress-warnings -package-name shadowbench "$work"/sources/*.swift \
  Fuzz/RecordReaders.swift -o "$work/readers"
for reader in ${READERS:-xml json xe pasted}; do
  mkdir -p "$work/$reader"
  echo "reader $reader"
  # Swift's own crash handler would hang instead of letting the fuzzer report.
  READER=$reader SWIFT_BACKTRACE=enable=no "$work/readers" -runs="$runs" -max_len=2048 \
    -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$work/$reader-" "$work/$reader" "Fuzz/records/$reader"
done
