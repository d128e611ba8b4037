#!/bin/sh
# Installs the Debian package in a clean Debian, uses it and removes it: `make deb-check`.
#
#   Packaging/deb-check.sh PACKAGE CACHE
#
# The system is made by debootstrap once and kept in CACHE; each check unpacks it anew. What the
# package depends on is found by apt. Needs root, or sudo without a password.
#
# Exits with 1 and says what differs when a check fails, with 3 when something cannot be had.
set -eu
export LC_ALL=C.UTF-8

package=${1:?usage: Packaging/deb-check.sh PACKAGE CACHE}
cache=${2:?usage: Packaging/deb-check.sh PACKAGE CACHE}
suite=bookworm
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

if [ "$(id -u)" != 0 ]; then
  exec sudo -n DEBIAN_MIRROR="$mirror" "$0" "$@"
fi

wrong() {
  echo "deb-check: FAILED: $*" >&2
  exit 1
}

missing() {
  echo "deb-check: $*" >&2
  exit 3
}

command -v debootstrap >/dev/null || {
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y debootstrap >/dev/null \
    || missing "apt-get install debootstrap"
}

mkdir -p "$cache"
root=$(mktemp -d "$cache/root.XXXXXX")
trap 'rm -rf "$root"' EXIT
trap 'exit 3' INT TERM

system=$cache/$suite.tar
if [ ! -s "$system" ]; then
  echo "deb-check: making a minimal Debian ($suite), once" >&2
  debootstrap --variant=minbase --include=bash-completion,fish,man-db,zsh "$suite" "$root" \
    "$mirror" >"$cache/log" 2>&1 || {
    tail -n 5 "$cache/log" >&2
    missing "debootstrap failed; $cache/log has all of it"
  }
  tar -C "$root" -cf "$system.part" .
  mv "$system.part" "$system"
else
  tar -C "$root" -xf "$system"
fi

chmod 755 "$root"

# Runs a program in the system, with a /proc and processes of its own, which end with it.
inside() {
  unshare --mount --pid --fork --mount-proc="$root/proc" chroot "$root" \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
    DEBIAN_FRONTEND=noninteractive "$@"
}

# Runs a program there as a user who may do nothing special.
as_user() { inside runuser -u somebody -- env HOME=/home/somebody "$@"; }

# Says a command and shows what it prints, or of that the lines between two; fails when it does.
shown() {
  lines=$1
  shift
  echo "\$ $*"
  as_user "$@" >"$cache/output" 2>"$cache/log" || { cat "$cache/log" >&2; wrong "$* fails"; }
  sed -n "$lines" "$cache/output"
}

cp "$package" "$root/root/"
name=$(basename "$package")
inside useradd --create-home somebody
inside apt-get -qq update >"$cache/log" 2>&1 || missing "no package lists; see $cache/log"
inside sh -c 'command -v swift || find / -xdev -name "libswift*" -print -quit' \
  | grep -q . && wrong "Swift is installed there already"

inside dpkg-query -Wf '${Package}\n' | sort >"$cache/before"
inside apt-get -qq install -y "/root/$name" >"$cache/log" 2>&1 \
  || { tail -n 5 "$cache/log" >&2; wrong "apt cannot install it"; }
inside dpkg-query -Wf '${Package}\n' | sort >"$cache/after"
echo "Debian $(cat "$root/etc/debian_version") as debootstrap makes it, no Swift"
echo "installed by apt, with it:" $(comm -13 "$cache/before" "$cache/after" | grep -v shadowbench)
inside ldd /usr/bin/shadowbench | grep "not found" && wrong "libraries are missing"
inside dpkg --verify shadowbench || wrong "installed files differ from the package's"
echo

shown p shadowbench --version
shown "/^pool/,/^  4.0/p" \
  shadowbench recommend captures/office30 --memory-mib 4096 --vcpus 2
grep -q "^  set    HVM-shadow-multiplier = " "$cache/output" || wrong "nothing is recommended"
echo
as_user shadowbench recommend captures/office >/dev/null 2>"$cache/log" \
  && wrong "a capture that is not there is accepted"
grep -q "bundled are: .*captures/office30" "$cache/log" || wrong "the error lists no captures"
echo "a wrong name is answered with the bundled ones"

for page in $(ls "$root/usr/share/man/man1" | sed -n 's/^\(shadowbench[^.]*\)\.1\.gz$/\1/p'); do
  as_user man "$page" 2>&1 | grep -q "^NAME" || wrong "man $page shows nothing"
done
echo "manual pages: $(ls "$root/usr/share/man/man1" | grep -c '^shadowbench')," \
  "and whatis: $(inside sh -c 'mandb -q; whatis shadowbench' | tr -s ' ')"

# What a word that was begun becomes by the Tab key in bash.
words=$(as_user bash -c '
  source /usr/share/bash-completion/bash_completion
  _completion_loader shadowbench
  COMP_WORDS=(shadowbench recom) COMP_CWORD=1 COMP_LINE="shadowbench recom" COMP_POINT=17
  $(complete -p shadowbench | sed "s/.*-F \([^ ]*\).*/\1/") shadowbench recom shadowbench
  echo "${COMPREPLY[*]}"')
[ "$words" = "recommend" ] || wrong "bash completes 'recom' to '$words'"
words=$(as_user fish -c 'complete -C "shadowbench recom"' | cut -f 1)
[ "$words" = "recommend" ] || wrong "fish completes 'recom' to '$words'"
as_user zsh -fc 'autoload -U compinit && compinit -u && (( $+functions[_shadowbench] ))' \
  || wrong "zsh does not know _shadowbench"
echo "completion: bash and fish complete 'shadowbench recom', zsh loads _shadowbench"

# apt itself recommends ca-certificates, and would keep it.
inside apt-get -qq -o APT::AutoRemove::SuggestsImportant=false \
  -o APT::AutoRemove::RecommendsImportant=false purge -y --autoremove shadowbench \
  >"$cache/log" 2>&1 || wrong "apt cannot remove it"
inside dpkg-query -Wf '${Package}\n' | sort >"$cache/after"
cmp -s "$cache/before" "$cache/after" || wrong "packages were left behind"
left=$(find "$root" -xdev -name '*shadowbench*' ! -path "$root/root/$name" \
  ! -path "$root/var/cache/*" ! -path "$root/var/log/*")
[ -z "$left" ] || wrong "left behind: $left"
echo "removed: no package and no file of it is left"
