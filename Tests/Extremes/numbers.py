#!/usr/bin/env python3
"""Puts numbers at the ends of their types into every field of the files that the program reads back.

    Tests/Extremes/numbers.py SHADOWBENCH [SHARE]

The files are results, scenarios, the prediction in a bundle and the undo file of an audit. Whatever
stands in them, a run must end by itself, not by a signal, and say what is wrong in plain words. With a
SHARE, such as 20, every 20th run is made.

Exits with 0 when all runs were good, 1 when one was not.
"""

import copy
import json
import os
import pathlib
import sys
import tempfile

from extremes import GUEST, ROOT, fault, prepare

VALUES = [
    "-1", "0", "1e308", "-1e308", "1e-320", "2147483648", "4611686018427387904",
    "9223372036854775807", "9223372036854775808", "18446744073709551615", "-9223372036854775808",
]
UNDO = {
    "kind": "multiplier_undo", "schema_version": 1, "host": "xen1",
    "changes": [{
        "uuid": "5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02", "name": "one", "before": "1.0", "asked": 2.0,
        "found": 2.0, "state": "done",
    }],
}


def numbers(value, place=()):
    """Where a number stands in a file: each member, and the first two elements of each list."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from numbers(member, (*place, key))
    elif isinstance(value, list):
        for index, element in enumerate(value[:2]):
            yield from numbers(element, (*place, index))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield place


def changed(whole, place, number):
    """The text of a file with another number at a place, as it stands here."""
    other = copy.deepcopy(whole)
    parent = other
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = "NUMBER"
    return json.dumps(other).replace('"NUMBER"', number)


def main(program, share):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(program, folder)
        (folder / "undo.json").write_text(json.dumps(UNDO))
        (folder / "guest").mkdir()
        for mode in ("64-bit", "pae", "2-level"):
            (folder / f"guest/replay-{mode}").write_text(mode)
        made = fault(program, ["recommend", GUEST, "-o", "answer.json"], folder) or fault(
            program, ["host", "replay", GUEST, "--guest", "guest", "--shadow-mib", "2", "--bundle",
                      "bundle"], folder)
        if made:
            sys.exit(f"what is to be changed cannot be made: {made}")
        readers = [
            ("result.json", ["report", "result.json", "-o", "page.html"]),
            ("answer.json", ["report", "answer.json", "-o", "page.html"]),
            ("answer.json", ["compare", "answer.json", "answer.json"]),
            ("one.json", ["verify", "one.json"]),
            ("bundle/predicted.json", ["host", "collect", "bundle"]),
            ("undo.json", ["pool", "audit", "--pool", str(ROOT / "Workloads/pools/sample.yaml"),
                           "--undo", "undo.json"]),
        ]
        count = bad = 0
        for path, words in readers:
            text = (folder / path).read_text()
            whole = json.loads(text)
            runs = [(place, number) for place in numbers(whole) for number in VALUES]
            for place, number in runs[::share]:
                (folder / path).write_text(changed(whole, place, number))
                found = fault(program, words, folder)
                count += 1
                if found:
                    bad += 1
                    print(f"{path} with {number} at {place}: shadowbench {' '.join(words)}\n  {found}")
            (folder / path).write_text(text)
        print(f"{count} runs with numbers at the ends of their types in files: {bad} bad")
        return 1 if bad or not count else 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
