#!/bin/sh
# Runs all files of cases in dom0, one after the other, and says the plan at the end.
set -u

. /test/tap.sh
for file in /test/cases/*.sh; do
  base=$(basename "$file")
  file_first=$number
  file_began=$(now)
  echo "# $base"
  . "$file"
  echo "# $base: $((number - file_first)) cases in $(($(now) - file_began)) ms"
done
echo "1..$number"
