#!/bin/sh
# stamp.sh PACKAGE FOLDER: writes FOLDER/BuildStamp.swift; leaves it alone if nothing changed.
set -eu
commit=$(git -C "$1" rev-parse --short=12 HEAD 2>/dev/null) || commit=
if [ -n "$commit" ] && [ -n "$(git -C "$1" status --porcelain -uno 2>/dev/null)" ]; then
  commit=$commit-modified
fi
value=nil
[ -z "$commit" ] || value="\"$commit\""
mkdir -p "$2"
cat > "$2/new" <<SWIFT
/// Which sources the program was built from.
enum BuildStamp {
  /// The commit, with \`-modified\` if there were changes; nil when there was no repository.
  static let commit: String? = $value
}
SWIFT
if cmp -s "$2/new" "$2/BuildStamp.swift"; then rm "$2/new"; else mv "$2/new" "$2/BuildStamp.swift"; fi
