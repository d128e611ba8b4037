#!/bin/sh
# Runs all files of cases in dom0, one after the other, and says the plan at the end. A file whose
# head has a line "# needs: COMMAND" is left out, with one line that says so, if COMMAND fails.
set -u

. /test/tap.sh
for file in /test/cases/*.sh; do
  base=$(basename "$file")
  needs=$(sed -n 's/^# needs: //p' "$file")
  if [ -n "$needs" ] && ! sh -c "$needs" >/dev/null 2>&1; then
    echo "# left out: $base, as '$needs' does not work in this build"
    continue
  fi
  file_first=$number
  file_began=$(now)
  echo "# $base"
  . "$file"
  echo "# $base: $((number - file_first)) cases in $(($(now) - file_began)) ms"
done
echo "1..$number"
