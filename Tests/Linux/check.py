#!/usr/bin/env python3
"""Predictions from traces of real Linux guests against what Xen counted.

usage: check.py SHADOWBENCH FOLDER

FOLDER holds runs.json and the traces that it names, or these in traces/. Each trace is replayed at
its own size and predicts every other size that was measured of its domain; `recommend` is asked for a
size. A run may say which counters are "judged" where not all were counted, and that it must be
"explained". Exit 1 if

- a trace that the program calls explained is replayed with more than 2 % off a counter of Xen's,
- more than one in ten of the counts that it calls known is outside its range, or more than 3 % off
  where it says none, or
- a size is recommended at which the guest had to reclaim, or more than 10 % above the smallest at
  which it is known not to.
"""
import json
import os
import subprocess
import sys

FIXED = "shadow_fault_fixed"
REPLAYED = ["shadow_fault", FIXED, "shadow_alloc", "shadow_unsync", "shadow_prealloc_1"]

# Runs just after the pool was enlarged, whose tables were still filling: no steady state.
FILLING = {"xa-s1800", "xa-s1903"}


def ask(program, command, run, folder, *more):
    path = f"{folder}/{run['trace']}"
    if not os.path.exists(path):
        path = f"{folder}/traces/{run['trace']}"
    arguments = [program, *command, path, "--memory-mib", str(run["memory_mib"]), "--vcpus",
                 str(run["vcpus"]), "--traced-pages", str(run["pages"]), "--json", *more]
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode not in (0, 1) or not done.stdout:
        sys.exit(f"{' '.join(arguments)}\n{done.stderr}")
    return json.loads(done.stdout)


def off(model, counted, least):
    return (model - counted) / max(least, counted)


def check_replay(run, prediction):
    """Counters of Xen's that the replay at the traced size misses."""
    point = next(p for p in prediction["points"] if p["pages"] == run["pages"])
    replayed = {"shadow_alloc": point["counters"]["shadow_alloc"]}
    replayed |= {k["counter"]: k["model"] for k in prediction["check"]["kinds"]}
    least = max(250, run["counters"]["shadow_fault"] / 100)
    misses = []
    for counter in run.get("judged", REPLAYED):
        counted = run["counters"].get(counter, 0)
        if abs(off(replayed[counter], counted, least)) > 0.02:
            misses.append(f"{run['id']}: {counter} {replayed[counter]:,} replayed, {counted:,} counted")
    return misses


def main():
    program, folder = sys.argv[1:3]
    with open(f"{folder}/runs.json", encoding="utf-8") as file:
        runs = json.load(file)
    failures, outside, known = [], [], 0
    print("| trace | size | fault_fixed, Xen / predicted | alloc | prealloc_1 | range | verdict |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for run in [r for r in runs if r.get("trace")]:
        others = [r for r in runs if r["domain"] == run["domain"]]
        sizes = ",".join(str(p) for p in sorted({r["pages"] for r in others}))
        prediction = ask(program, ["trace", "predict"], run, folder, "--pages", sizes)
        if prediction["check"]["outcome"] != "unexplained":
            failures += check_replay(run, prediction)
        elif run.get("explained"):
            failures.append(f"{run['id']}: the model does not explain it")
        for point in prediction["points"]:
            truths = [r["counters"] for r in others if r["pages"] == point["pages"]]
            if point["pages"] == run["pages"]:
                truths = [run["counters"]]
            predicted = point["counters"][FIXED]
            least = max(100, predicted * 0.03)
            low = (point.get("low") or {}).get(FIXED, predicted - least)
            high = (point.get("high") or {}).get(FIXED, predicted + least)
            inside = any(low <= t.get(FIXED, 0) <= high for t in truths)
            said = "known" if point["known"] else "not known"
            if point["known"] and not any(
                    r["id"] in FILLING for r in others if r["pages"] == point["pages"]):
                known += 1
                if not inside:
                    outside.append(f"{run['id']} at {point['pages']:,} pages")
                    said += ", outside"
            span = f"{low:,.0f} to {high:,.0f}" if point.get("low") and point["known"] else "–"
            for truth in truths:
                cells = " | ".join(
                    f"{truth.get(c, 0):,} / {point['counters'][c]:,}"
                    for c in (FIXED, "shadow_alloc", "shadow_prealloc_1"))
                print(f"| {run['id']} | {point['pages']:,} | {cells} | {span} | "
                      f"{said}; {point['verdict']} |")
        answer = ask(program, ["recommend"], run, folder)
        pages = answer["pages"] if answer["multiplier"] is not None else None
        reclaiming = [r["pages"] for r in others if r["counters"].get("shadow_prealloc_1")]
        enough = [r["pages"] for r in others if not r["counters"].get("shadow_prealloc_1")]
        said = f"{pages:,} pages recommended" if pages else f"none recommended: {answer['reason']}"
        print(f"| {run['id']} | | {said} | | | | |")
        if pages and reclaiming and pages <= max(reclaiming):
            failures.append(f"{run['id']}: {pages:,} pages recommended, which reclaim")
        if pages and enough and pages > 1.1 * min(enough):
            failures.append(f"{run['id']}: {pages:,} pages recommended, {min(enough):,} are enough")
    print(f"\n{known - len(outside)} of {known} known counts are inside; outside: "
          + (", ".join(outside) or "none"))
    if len(outside) * 10 > known:
        failures.append(f"{len(outside)} of {known} known counts are outside")
    for failure in failures:
        print(f"FAILED {failure}")
    sys.exit(1 if failures else 0)


main()
