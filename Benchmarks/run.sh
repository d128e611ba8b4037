#!/bin/sh
# Builds and runs the benchmarks; arguments are passed on, see README.md.
set -eu
cd "$(dirname "$0")"
swift build -c release >&2
exec "$(swift build -c release --show-bin-path)/shadowbench-benchmarks" "$@"
