#!/bin/sh
# Runs all files of cases in dom0, one after the other, and says the plan at the end. Which folder of
# cases it is, the kernel's command line says: cases=hap or cases=shadow.
set -u

. /test/tap.sh
kind=$(sed -n 's/.*cases=\([a-z]*\).*/\1/p' /proc/cmdline)
case $kind in hap) folder=/test/cases ;; *) folder=/test/$kind ;; esac
for file in "$folder"/*.sh; do
  base=$(basename "$file")
  file_first=$number
  file_began=$(now)
  echo "# $base"
  . "$file"
  echo "# $base: $((number - file_first)) cases in $(($(now) - file_began)) ms"
done
echo "1..$number"
