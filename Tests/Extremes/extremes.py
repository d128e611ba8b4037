#!/usr/bin/env python3
"""Gives every option of every command numbers at the ends of their types.

    Tests/Extremes/extremes.py SHADOWBENCH [SHARE]

The options are those that the command itself lists; the input of a command is a small real one. A run
must end within 20 seconds by itself, not by a signal, and say nothing that only its makers understand.
With a SHARE, such as 20, every 20th run is made.

Exits with 0 when all runs were good, 1 when one was not.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

LIMIT = 20
VALUES = [
    "-1", "0", "1", "1e308", "-1e308", "1e-320", "nan", "inf", "-inf", "", "9223372036854775807",
    "9223372036854775808", "18446744073709551615", "4611686018427387904", "-9223372036854775808",
    "2147483648", "1:9223372036854775807", "9223372036854775807/9223372036854775807",
]
# What a user must never have to read.
LEAKS = ["Fatal error", "NSError", "Error Domain", "NSCocoa", "Swift/", "DecodingError"]
GUEST = "reference:procs=2 leaves=1 touch=2 rounds=2"
ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests/Fixtures"
# What each command is given beside the option; a command that is missing here is given nothing.
ARGUMENTS = {
    "run": [GUEST],
    "sweep": [GUEST],
    "recommend": [GUEST],
    "verify": ["one.json"],
    "compare": ["result.json", "result.json"],
    "baseline save": ["one", "result.json", "--folder", "kept"],
    "baseline list": ["--folder", "kept"],
    "baseline check": ["one", "result.json", "--folder", "kept"],
    "report": ["result.json", "-o", "report.html"],
    "mrc": ["keys.txt"],
    "trace info": ["trace.gz"],
    "trace summary": ["trace.gz"],
    "trace predict": ["trace.gz"],
    "trace convert": ["trace.gz", "-o", "converted.yaml"],
    "replay make": [GUEST, "-o", "made.replay"],
    "templates list": ["templates.txt"],
    "templates validate": ["templates.txt", "--workloads", "workloads"],
    "templates report": ["--workloads", "workloads"],
    "templates dump": ["templates.txt", "-o", "dumped.json"],
    "host get": ["1"],
    "host set": ["1", "--dry-run"],
    "host watch": ["1"],
    "host tune": ["1"],
    "host replay": [GUEST],
    "host collect": ["kept"],
    "pool audit": ["--pool", "pool.yaml"],
    "pool what-if": ["--pool", "pool.yaml"],
}
# Other hosts and long runs on purpose are not asked for.
LEFT_OUT = {"connect", "listen", "jobs", "clock"}


def commands(command, path=()):
    """Each command that has no commands of its own: its words and its options."""
    if path and not command.get("subcommands"):
        options = [each for each in command.get("arguments", []) if each["kind"] == "option"]
        yield " ".join(path), [
            ("-" if each["preferredName"]["kind"] == "short" else "--") + each["preferredName"]["name"]
            for each in options
            if each["preferredName"]["name"] not in LEFT_OUT
        ]
    for each in command.get("subcommands") or []:
        yield from commands(each, (*path, each["commandName"]))


def prepare(program, folder):
    """The inputs, in the folder in which the runs are made."""
    scenario = {
        "id": "one", "mode": "64-bit", "memory_mib": 64, "vcpus": 1, "shadow_mib": 2,
        "guest": "procs=2 leaves=1 touch=2 rounds=1", "counters": {},
    }
    (folder / "one.json").write_text(json.dumps([scenario]))
    (folder / "keys.txt").write_text("1\n2\n1\n3\n" * 50)
    (folder / "templates.txt").write_bytes((FIXTURES / "records/template-list.txt").read_bytes())
    (folder / "pool.yaml").write_bytes((ROOT / "Workloads/pools/sample.yaml").read_bytes())
    (folder / "trace.gz").write_bytes(sorted(FIXTURES.glob("xentrace/*.gz"))[0].read_bytes())
    (folder / "kept").mkdir()
    prepare_workloads(folder / "workloads")
    subprocess.run(
        [program, "sweep", GUEST, "--sizes", "4", "-o", "result.json"], cwd=folder, check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def prepare_workloads(folder):
    """What templates are judged by: a small guest under the names that are asked for."""
    folder.mkdir()
    small = (ROOT / "Workloads/vdi-single-user.yaml").read_text()
    large = small.replace("mode: pae", "mode: 64-bit").replace("directory: true", "directory: false")
    (folder / "xenapp-2003-32bit-pae.yaml").write_text(small)
    (folder / "xenapp-x64-2008.yaml").write_text(large)


def fault(program, words, folder):
    """What is wrong with a run; None where it is good."""
    try:
        run = subprocess.run(
            ["sh", "-c", 'ulimit -v 16777216; exec "$@"', "sh", program, *words], cwd=folder,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT,
            env={**os.environ, "HOME": str(folder)})
    except subprocess.TimeoutExpired:
        return f"does not end within {LIMIT} s"
    if run.returncode < 0 or run.returncode >= 128:
        return f"ends by signal {abs(run.returncode) % 128}: {run.stderr[-300:]!r}"
    text = (run.stdout + run.stderr).decode(errors="replace")
    leaks = [each for each in LEAKS if each in text]
    return f"says {leaks[0]!r}: {text[-300:]!r}" if leaks else None


def main(program, share):
    listed = json.loads(subprocess.check_output([program, "--experimental-dump-help"]))
    runs = [
        [*name.split(), *ARGUMENTS.get(name, []), f"{option}={value}"]
        for name, options in commands(listed["command"])
        for option in options
        for value in VALUES
    ]
    chosen = runs[::share]
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(program, folder)
        for words in chosen:
            found = fault(program, words, folder)
            if found:
                bad += 1
                print(f"shadowbench {' '.join(words)}\n  {found}", flush=True)
    print(f"{len(chosen)} of {len(runs)} runs with numbers at the ends of their types: {bad} bad")
    return 1 if bad or not chosen else 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
