#!/usr/bin/env python3
"""Checks that what the documentation shows is what the commands print, or makes it so.

    docs/outputs.py [--write] FOLDER-OF-SHADOWBENCH [FILE.md …]

Looks at every block that begins with ```console. In it, a line `$ COMMAND` is run by bash; it may
go on in lines after a backslash, or hold a here-document. The lines after it, up to the next
command, must be its output; a line of `…` stands for any number of lines. Standard error counts
where the command fails, and then only the program's own messages.

The blocks of a file run one after the other in one new folder, with links to the checkout's
Workloads and Tests. --write puts what is printed in the place of what stands there; between lines
of `…` it keeps the lines that are most alike.

Exits with 1 when anything differs.
"""

import difflib
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LEFT_OUT = "…"


def blocks(lines):
    """The ranges of lines inside blocks of ```console."""
    start = None
    for number, line in enumerate(lines):
        if start is None and line.strip() == "```console":
            start = number + 1
        elif start is not None and line.strip() == "```":
            yield start, number
            start = None


def steps(lines):
    """The commands of a block, each with its own lines and those of its output."""
    result, number = [], 0
    while number < len(lines):
        if not lines[number].startswith("$ "):
            sys.exit(f"outputs: a block must begin with a command: {lines[number]!r}")
        command = [lines[number]]
        document = re.search(r"<<-?'?(\w+)'?", lines[number])
        while command[-1].endswith("\\") or (document and command[-1] != document.group(1)):
            number += 1
            command.append(lines[number])
        number += 1
        output = []
        while number < len(lines) and not lines[number].startswith("$ "):
            output.append(lines[number])
            number += 1
        result.append((command, output))
    return result


KNOWN = {}


def run(command, folder, path):
    """What a command prints; one that is shown twice with the same files runs once."""
    files = []
    for name in sorted(os.listdir(folder)):
        if not os.path.islink(os.path.join(folder, name)):
            with open(os.path.join(folder, name), "rb") as file:
                files.append((name, file.read()))
    key = ("\n".join(command), tuple(files))
    if key not in KNOWN or not command[0].startswith("$ shadowbench"):
        KNOWN[key] = printed(command, folder, path)
    return KNOWN[key]


def printed(command, folder, path):
    """What a command prints now."""
    environment = {
        "PATH": f"{path}:{os.environ['PATH']}", "HOME": folder, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    process = subprocess.run(
        ["bash", "-c", "\n".join(command)[2:]], cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    lines = process.stdout.split("\n")
    if process.returncode != 0:
        lines += [line for line in process.stderr.split("\n")
                  if line.startswith("shadowbench: ")]
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def chunks(shown):
    """The runs of lines between those that stand for lines left out."""
    result = [[]]
    for line in shown:
        if line.strip() == LEFT_OUT:
            result.append([])
        else:
            result[-1].append(line)
    return result


def alike(one, two):
    """How alike two lines are, figures aside."""
    one, two = (re.sub(r"[\d.,]+", "0", text) for text in (one, two))
    return 2 if one == two else difflib.SequenceMatcher(None, one, two).ratio()


def made_current(shown, printed):
    """What should be shown: what is printed, as long as the lines that are shown now."""
    parts = chunks(shown)
    if len(parts) == 1:
        return printed
    result, place = [], 0
    for number, part in enumerate(parts):
        if number:
            result.append(LEFT_OUT)
        if not part:
            continue
        places = range(place, max(place, len(printed) - len(part)) + 1)
        if number == 0:
            places = [0]
        elif number == len(parts) - 1:
            places = [len(printed) - len(part)]
        place = max(places, key=lambda start: sum(
            alike(*pair) for pair in zip(part, printed[start:start + len(part)])))
        result += printed[place:place + len(part)]
        place += len(part)
    return result


def check(file, path, writes):
    """Whether a file is current; with `writes` it is afterwards."""
    with open(file, encoding="utf-8") as text:
        lines = text.read().split("\n")
    result, last, count, wrong = [], 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name in ("Workloads", "Tests"):
            os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
        for start, end in blocks(lines):
            result += lines[last:start]
            last = end
            for command, shown in steps(lines[start:end]):
                current = made_current(shown, run(command, folder, path))
                count += 1
                if current != [line.rstrip() for line in shown] and not writes:
                    wrong += 1
                    print(f"{file}: {command[0][2:]}: is not what stands there")
                    sys.stdout.writelines(line + "\n" for line in difflib.unified_diff(
                        shown, current, "shown", "printed", lineterm="", n=1))
                result += command + current
    result += lines[last:]
    if writes and result != lines:
        with open(file, "w", encoding="utf-8") as text:
            text.write("\n".join(result))
    if count:
        print(f"{os.path.relpath(file, ROOT)}: {count} commands, {wrong} differ")
    return wrong == 0


def main():
    arguments = sys.argv[1:]
    writes = "--write" in arguments
    arguments = [one for one in arguments if one != "--write"]
    if not arguments:
        sys.exit(__doc__)
    path = os.path.abspath(arguments[0])
    files = arguments[1:]
    if not files:
        folder = os.path.join(ROOT, "docs")
        files = [os.path.join(ROOT, "README.md")] + [
            os.path.join(base, name) for base, _, names in sorted(os.walk(folder))
            for name in sorted(names) if name.endswith(".md")]
    if not all([check(file, path, writes) for file in files]):
        sys.exit(1)


if __name__ == "__main__":
    main()
