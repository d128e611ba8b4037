"""Kills runs that write results, at random moments, and looks at what is left.

check.py SHADOWBENCH [KILLS] [SEED]

Then it kills them at each system call that touches a result, with strace where there is one.
Whatever is at a result's path must be whole: what was there before, or all of the new result.
A matrix that was killed must, run again, come to what it comes to undisturbed.
"""
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

program = os.path.abspath(sys.argv[1])
kills = int(sys.argv[2]) if len(sys.argv) > 2 else 100
seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
chance = random.Random(seed)
guest = "reference:procs=16 leaves=8 touch=16 rounds=8"
matrix = """name: killed
inputs:
  - "reference:procs=6 leaves=4 touch=8 rounds=4"
  - "reference:procs=8 leaves=2 touch=8 rounds=4"
guests:
  - {mode: 64-bit, memory_mib: 256, vcpus: 1}
  - {mode: pae, memory_mib: 256, vcpus: 1}
seeds: [1, 2]
sizes: 4
"""


def run(arguments, folder, delay=None):
    """Runs to the end, or kills after `delay` seconds; whether it was killed."""
    process = subprocess.Popen(
        [program] + arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        process.communicate(timeout=delay)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    if process.returncode not in (0, -signal.SIGKILL):
        sys.exit(f"{arguments} ended with {process.returncode}")
    return process.returncode != 0


def content(path):
    """What a file says, but for the machine and the time; None where there is none."""
    if not os.path.exists(path):
        return None
    text = open(path).read()
    if not path.endswith(".json"):
        return text
    value = json.loads(text)
    if isinstance(value, dict):
        value.pop("environment", None)
        for result in value.get("results", []):
            isinstance(result, dict) and result.pop("environment", None)
    return value


def cells(folder):
    """The results of a matrix's folder: the second line of each cell."""
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".jsonl"):
                lines = open(os.path.join(base, name)).read().split("\n")
                if len(lines) != 3:
                    raise ValueError(f"{name} has {len(lines)} lines")
                json.loads(lines[0])
                found[name] = json.loads(lines[1])
    return found


work = tempfile.mkdtemp(prefix="kill-")
run(["sweep", guest, "--sizes", "8", "-o", "input.json"], work)
open(os.path.join(work, "m.yaml"), "w").write(matrix)
jobs = {
    "run": (["run", guest, "-o", "result.json"], "result.json"),
    "sweep": (["sweep", guest, "--sizes", "24", "-o", "result.json"], "result.json"),
    "recommend": (["recommend", guest, "--sizes", "8", "-o", "result.json"], "result.json"),
    "report": (["report", "input.json", "-o", "result.html"], "result.html"),
    "baseline": (
        ["baseline", "save", "b", "input.json", "--force", "--folder", "."], "b.json"),
    "matrix": (["sweep", "--matrix", "m.yaml", "-o", "cells"], "cells"),
}
whole, seconds = {}, {}
for name, (arguments, path) in jobs.items():
    start = time.monotonic()
    run(arguments, work)
    seconds[name] = time.monotonic() - start
    target = os.path.join(work, path)
    whole[name] = cells(target) if name == "matrix" else content(target)
    assert whole[name], name
    shutil.rmtree(target) if name == "matrix" else os.remove(target)

counts = {name: [0, 0, 0, 0] for name in jobs}
faults = 0
done = 0
while done < kills:
    name = chance.choice(list(jobs))
    arguments, path = jobs[name]
    target = os.path.join(work, path)
    old = None
    if name != "matrix" and chance.random() < 0.5:
        old = '"an older result"' if path.endswith(".json") else "an older page"
        open(target, "w").write(old)
        old = content(target)
    # Half of the moments are anywhere, half where the result is about to be written.
    share = chance.uniform(0, 1.02) if chance.random() < 0.5 else chance.uniform(0.85, 1.05)
    killed = run(arguments, work, share * seconds[name])
    done += killed
    try:
        if name == "matrix":
            part = cells(target) if os.path.exists(target) else {}
            state = 0 if not part else 2 if part == whole[name] else 1
            if any(whole[name].get(key) != value for key, value in part.items()):
                raise ValueError("a cell is not what it is undisturbed")
            run(arguments, work)
            if cells(target) != whole[name]:
                raise ValueError("run again, it comes to something else")
        else:
            found = content(target)
            state = 2 if found == whole[name] else 0 if found == old else None
            if state is None:
                raise ValueError("neither the old nor the new result")
        if killed:
            counts[name][3] += 1
            counts[name][state] += 1
    except ValueError as error:
        faults += 1
        print(f"{name}, killed after {share:.3f} of its time: {error}")
    for leftover in os.listdir(work):
        if leftover not in ("input.json", "m.yaml"):
            place = os.path.join(work, leftover)
            shutil.rmtree(place) if os.path.isdir(place) else os.remove(place)
# At each system call on the result or on what becomes it.
calls = {}
for name in ("run", "report", "baseline") if shutil.which("strace") else ():
    arguments, path = jobs[name]
    target = os.path.join(work, path)
    log = os.path.join(work, "calls")
    subprocess.run(["strace", "-f", "-y", "-o", log, "-e", "trace=openat,write,fsync,linkat,close,renameat",
                    program] + arguments, cwd=work, capture_output=True)
    lines = [line.split(None, 1) for line in open(log, errors="replace")]
    os.remove(log)
    os.remove(target)
    for call in ("openat", "write", "fsync", "linkat", "close", "renameat"):
        open(target, "w").write('"an older result"')
        old = content(target)
        # The partial file has no name, or another one each time: the call is found by its number in
        # its thread.
        made = [line for line in lines if line[1].startswith(call + "(")]
        marks = (".shadowbench-", os.path.basename(target) + ">", "O_TMPFILE", "/#")
        at = next((i for i, line in enumerate(made) if any(mark in line[1] for mark in marks)), None)
        if at is None:
            faults += 1
            print(f"{name}: no {call} on the result was seen")
            continue
        when = sum(1 for line in made[:at + 1] if line[0] == made[at][0])
        trace = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}",
                 "-e", f"inject={call}:signal=KILL:when={when}"]
        ended = subprocess.run(
            trace + [program] + arguments, cwd=work, capture_output=True).returncode
        try:
            found = content(target)
            if ended == 0 or found not in (old, whole[name]):
                raise ValueError("not killed" if ended == 0 else "neither the old nor the new")
            calls.setdefault(call, []).append("new" if found == whole[name] else "old")
        except ValueError as error:
            faults += 1
            print(f"{name}, killed in {call}: {error}")
        for leftover in glob.glob(os.path.join(os.path.dirname(target), ".shadowbench-*.part")):
            os.remove(leftover)
        os.path.exists(target) and os.remove(target)
shutil.rmtree(work)

print(f"{kills} runs killed, seed {seed}")
print("what        kills  old or none  some cells  new")
for name, (none, some, new, all_kills) in counts.items():
    print(f"{name:<10}  {all_kills:>5}  {none:>11}  {some:>10}  {new:>3}")
for call, found in calls.items():
    print(f"killed in {call}: {', '.join(found)} (run, report, baseline)")
print(f"damaged: {faults}")
sys.exit(1 if faults else 0)
