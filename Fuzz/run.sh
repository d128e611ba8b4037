#!/bin/sh
# Fuzzes the reader of xentrace files: Fuzz/run.sh [SECONDS] [WORK FOLDER]
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-1200}
work=${2:-.build/fuzz}
mkdir -p "$work/corpus"
swiftc -O -g -use-ld=lld -sanitize=fuzzer,address -parse-as-library -strict-memory-safety \
  -suppress-warnings Sources/XenTrace/*.swift Fuzz/TraceReader.swift -o "$work/trace-reader"
# Swift's own crash handler would hang instead of letting the fuzzer report.
SWIFT_BACKTRACE=enable=no "$work/trace-reader" -max_total_time="$seconds" -max_len=4096 \
  -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$work/" \
  "$work/corpus" Fuzz/corpus
