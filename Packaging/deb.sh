#!/bin/sh
# Makes the Debian package: `make deb`.
#
#   Packaging/deb.sh SHADOWBENCH GUEST FOLDER
#
# SHADOWBENCH is the command, linked statically with the Swift runtime; GUEST is the folder of the
# replay guest's kernels. The package, and the list of changes that names it, are written into
# FOLDER. Times in it are the changelog's, so the same command gives the same bytes.
#
# Exits with 3 and says what is missing when something cannot be had.
set -eu
export LC_ALL=C.UTF-8 TZ=UTC

bin=${1:?usage: Packaging/deb.sh SHADOWBENCH GUEST FOLDER}
guest=${2:?usage: Packaging/deb.sh SHADOWBENCH GUEST FOLDER}
folder=${3:?usage: Packaging/deb.sh SHADOWBENCH GUEST FOLDER}
cd "$(dirname "$0")/.."

fail() {
  echo "deb: $*" >&2
  exit 3
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

if ! command -v dh >/dev/null || ! command -v lintian >/dev/null || ! command -v mandoc >/dev/null
then
  echo "deb: installing debhelper, lintian and mandoc" >&2
  as_root apt-get -qq update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    debhelper lintian mandoc >/dev/null || fail "apt-get install debhelper lintian mandoc"
fi

version=$("$bin" --version)
packaged=$(dpkg-parsechangelog -l Packaging/debian/changelog -S Version)
[ "${packaged%-*}" = "$version" ] \
  || fail "Packaging/debian/changelog says $packaged, the command $version: add an entry there"
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l Packaging/debian/changelog -S Timestamp)
export SOURCE_DATE_EPOCH

tree=$folder/tree
rm -rf "$folder"
mkdir -p "$tree/completions/bash" "$tree/completions/zsh" "$tree/completions/fish" "$tree/docs"
cp -R Packaging/debian "$tree/debian"
cp "$bin" "$tree/shadowbench"
cp -RL Workloads "$tree/share"
mkdir "$tree/guest"
cp "$guest"/replay-* "$tree/guest"
cp README.md CHANGELOG.md "$tree"
cp -R docs/*.md "$tree/docs"

"$bin" --experimental-dump-help \
  | Packaging/manual.py "$version" "$(date -d "@$SOURCE_DATE_EPOCH" '+%B %-d, %Y')" "$tree/man"
mandoc -Tlint -W warning "$tree"/man/*.1 || fail "mandoc finds fault with the manual pages"
"$bin" --generate-completion-script bash | sed '1{/^#!/d}' >"$tree/completions/bash/shadowbench"
"$bin" --generate-completion-script zsh >"$tree/completions/zsh/_shadowbench"
"$bin" --generate-completion-script fish >"$tree/completions/fish/shadowbench.fish"
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

(cd "$tree" && dpkg-buildpackage --build=binary --no-sign --no-check-builddeps) \
  >"$folder/log" 2>&1 || {
  tail -n 20 "$folder/log" >&2
  fail "dpkg-buildpackage failed; $folder/log has all of it"
}
rm -rf "$tree"
lintian --fail-on error,warning --tag-display-limit 0 --allow-root "$folder"/shadowbench_*_amd64.changes
sha256sum "$folder"/shadowbench_*_amd64.deb
