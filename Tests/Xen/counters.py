#!/usr/bin/env python3
"""The scenarios of a machine with performance counters: what it is to run, and what it counted.

    counters.py choose SCENARIOS.json FOLDER [ID...]
    counters.py split REPORT.tap FOLDER

'choose' writes FOLDER/scenarios.json, those named or all, and FOLDER/list, a line for each. 'split'
writes FOLDER/ID.txt, what xenperf wrote after each scenario.
"""

import json
import pathlib
import re
import sys


def choose(path, folder, names):
    scenarios = json.loads(pathlib.Path(path).read_text())
    scenarios = [each for each in scenarios if "guest" in each and (not names or each["id"] in names)]
    absent = set(names) - {each["id"] for each in scenarios}
    if absent or not scenarios:
        sys.exit(f"{path}: no scenario of the reference guest is called {', '.join(sorted(absent))}")
    for each in scenarios:
        if not re.fullmatch("[A-Za-z0-9-]+", each["id"]) or not re.fullmatch("[a-z0-9= ]*", each["guest"]):
            sys.exit(f"{path}: scenario {each['id']!r}: its id or guest has characters that are none")
    fields = ["id", "mode", "memory_mib", "vcpus", "shadow_mib", "guest"]
    lines = [" ".join(str(each[name]) for name in fields) for each in scenarios]
    (folder / "list").write_text("\n".join(lines) + "\n")
    (folder / "scenarios.json").write_text(json.dumps(scenarios))


def split(path, folder):
    texts = {}
    for line in pathlib.Path(path).read_text(errors="replace").splitlines():
        found = re.match(r"# \|([A-Za-z0-9-]+)\|(.*)", line)
        if found:
            texts.setdefault(found[1], []).append(found[2])
    for name, lines in texts.items():
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["choose", path, folder, *names]:
            choose(path, pathlib.Path(folder), names)
        case ["split", path, folder]:
            split(path, pathlib.Path(folder))
        case _:
            sys.exit(__doc__)
