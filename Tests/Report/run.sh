#!/bin/sh
# Makes a report of every kind of result and looks at it in a real browser: `make report-check`.
# Installs Chromium and, under .build/report, Playwright and axe-core's rules where they are missing.
set -eu
cd "$(dirname "$0")/../.."
bin="$1"
out=.build/report
mkdir -p "$out"

if ! command -v chromium >/dev/null || ! command -v pdftoppm >/dev/null \
  || ! python3 -c 'import ensurepip' 2>/dev/null; then
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo apt-get -qq update
  $sudo apt-get -qq install -y --no-install-recommends \
    chromium fonts-dejavu-core poppler-utils python3-venv >/dev/null
fi
[ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
"$out/venv/bin/pip" -q install --disable-pip-version-check -r Tests/Report/requirements.txt

keep() { # NAME COMMAND...: keeps what a command writes; 1 means that it found what it looks for
  name=$1
  shift
  "$bin" "$@" > "$out/$name.json" 2>"$out/errors" || [ $? = 1 ] || { cat "$out/errors"; exit 1; }
}
keep recommendation recommend Workloads/captures/office30 --memory-mib 4096 --vcpus 2 --json
keep seeds recommend Workloads/xenapp-random.yaml --seeds 3 --sizes 24 --json
keep sweep sweep 'reference:procs=64 leaves=16 touch=32' --sizes 24 --json
keep run run Workloads/captures/apache150_php --memory-mib 4096 --json
keep verification verify Tests/Fixtures/groundtruth/scenarios.json --values --json
trace=Tests/Fixtures/xentrace/S63.xentrace.gz
keep summary trace summary "$trace" --json
keep prediction trace predict "$trace" --memory-mib 256 --vcpus 1 \
  --shadow-mib 2,3,4,5,6,8 --json
keep nested recommend Workloads/captures/office30 --memory-mib 4096 --hap --json
keep template recommend 'reference:procs=48 leaves=8 touch=32' \
  --template xenapp-2003-x64-v6 --sizes 24 --json
cat > "$out/matrix.yaml" <<'YAML'
name: report
inputs: ["reference:procs=24 leaves=8 touch=32", "reference:procs=48 leaves=8 touch=32"]
guests: [{memory_mib: 512}]
templates: [xenapp-2003-x64-v6]
sizes: 16
YAML
keep matrix sweep --matrix "$out/matrix.yaml" --json

# Names that would do harm if they were markup.
python3 - "$out" <<'PY'
import json, sys
folder = sys.argv[1]
bad = "<script>window.harm=1;alert(1)</script><img src=http://127.0.0.1:9/x onerror=window.harm=1>\"'&"
for kind in ("recommendation", "verification"):
    result = json.load(open(f"{folder}/{kind}.json"))
    if kind == "recommendation":
        result["conditions"]["input"] = result["input"]["name"] = bad
        result["basis"] = [bad] * 2
        result["conditions"]["cost_profile"] = bad
    else:
        result["results"][0]["id"] = bad
        result["results"][0]["differences"] = [{"counter": bad, "xen": 3, "model": 4}]
        result["results"][0]["values"] = {bad: {"xen": 3, "model": 4}}
        result["differing"] = 1
    json.dump(result, open(f"{folder}/hostile-{kind}.json", "w"))
PY

results="recommendation seeds sweep run verification summary prediction nested template matrix"
results="$results hostile-recommendation hostile-verification"
set --
for name in $results; do set -- "$@" "$out/$name.json"; done
rm -rf "$out/charts"
"$bin" report "$@" -o "$out/report.html" --charts "$out/charts"
"$bin" report "$@" -o "$out/again.html" >/dev/null
cmp "$out/report.html" "$out/again.html"
for chart in "$out"/charts/*.svg; do
  python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$chart"
done
"$out/venv/bin/python" Tests/Report/check.py "$out/report.html" "$out/screens"
