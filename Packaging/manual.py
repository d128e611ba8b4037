#!/usr/bin/env python3
"""Writes the command's manual pages, one for each (sub)command, from its own help.

    shadowbench --experimental-dump-help | Packaging/manual.py VERSION DATE FOLDER

DATE is as mdoc has it, "November 26, 2026". What a command's discussion has under EXIT STATUS and
EXAMPLES, in lines of their own, stays as it is; that is why swift-argument-parser's own
generate-manual, which fills such lines into paragraphs, is not used.
"""

import json
import os
import sys
import textwrap

TITLES = ("EXIT STATUS", "EXAMPLES")


def escape(text):
    """`text` such that roff prints it as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    text = text.replace("`", "\\(ga").replace("^", "\\(ha").replace("~", "\\(ti")
    return "\\&" + text if text[:1] in (".", "\\") else text


def prose(text):
    """`text` without what roff would take for a request; hyphens stay hyphens."""
    text = text.replace("\\", "\\e")
    return "\\&" + text if text[:1] in (".", "'") else text


def sentences(text):
    """mdoc has a new line for each sentence, so that the space after it is right."""
    lines = []
    for sentence in text.replace(". ", ".\n").split("\n"):
        lines += textwrap.wrap(sentence, 76, break_on_hyphens=False, break_long_words=False)
    return [prose(line) for line in lines]


def sections(discussion):
    """The paragraphs before the first title, and the lines under each title."""
    paragraphs, titled, current = [], {}, None
    for line in discussion.split("\n"):
        if line.strip() in TITLES:
            current = titled.setdefault(line.strip(), [])
        elif current is not None:
            current.append(line)
        else:
            paragraphs.append(line)
    blocks = "\n".join(paragraphs).strip().split("\n\n")
    return [block for block in blocks if block], titled


def literal(lines, indent=2):
    """Lines as they are, without the discussion's indentation."""
    lines = [line[indent:] if line.startswith(" " * indent) else line for line in lines]
    while lines and not lines[-1].strip():
        lines.pop()
    return [".Bd -literal"] + [escape(line) for line in lines] + [".Ed"]


def flag(name):
    dash = "\\-" if name["kind"] == "short" else "\\-\\-"
    return dash + escape(name["name"])


def value(argument):
    return "" if argument["kind"] == "flag" else escape(argument["valueName"])


def synopsis(argument):
    if argument["kind"] == "positional":
        text = ".Ar " + value(argument)
    else:
        text = ".Cm " + flag(argument["preferredName"])
        if value(argument):
            text += " Ar " + value(argument)
    if argument["isRepeating"]:
        text += " ..."
    return ".Op " + text[1:] if argument["isOptional"] else text


def item(argument):
    """An entry of the list of options."""
    if argument["kind"] == "positional":
        head = ".It Ar " + value(argument)
    else:
        names = " , ".join("Cm " + flag(name) for name in argument["names"])
        head = ".It " + names + (" Ar " + value(argument) if value(argument) else "")
    lines = [head] + sentences(argument.get("abstract") or "")
    if argument.get("discussion"):
        lines += sentences(argument["discussion"])
    if argument.get("allValues") and argument["kind"] == "option":
        lines.append("One of " + ", ".join(escape(one) for one in argument["allValues"]) + ".")
    if argument.get("defaultValue") is not None and argument["kind"] != "flag":
        lines.append("Default: " + escape(argument["defaultValue"] or "empty") + ".")
    return lines


def listed(arguments):
    lines = [".Bl -tag -width Ds"]
    for argument in arguments:
        lines += item(argument)
    return lines + [".El"]


def options(command):
    """Arguments, then options by the title of their group."""
    shown = [one for one in command.get("arguments", []) if one.get("shouldDisplay")]
    lines = []
    positional = [one for one in shown if one["kind"] == "positional"]
    if positional:
        lines += [".Sh ARGUMENTS"] + listed(positional)
    others = [one for one in shown if one["kind"] != "positional"]
    titles = list(dict.fromkeys(one.get("sectionTitle") for one in others))
    plain = [one for one in others if not one.get("sectionTitle")]
    lines += [".Sh OPTIONS"] + listed(plain)
    for title in filter(None, titles):
        lines += [f".Ss {prose(title)}"] + listed(
            [one for one in others if one.get("sectionTitle") == title])
    return lines


def visible(command):
    return [one for one in command.get("subcommands", [])
            if one.get("shouldDisplay") and one["commandName"] != "help"]


def page(command, path, version, date):
    """The manual page of the command that is called by the words `path`."""
    name = "-".join(path)
    paragraphs, titled = sections(command.get("discussion") or "")
    abstract = (command.get("abstract") or "").rstrip(".")
    lines = [
        f'.\\" Made by Packaging/manual.py from the help of shadowbench {version}.',
        f".Dd {date}", f".Dt {name.upper()} 1", f".Os Shadowbench {version}", ".Sh NAME",
        f".Nm {name}",
        f".Nd {prose(abstract[:1].lower() + abstract[1:])}", ".Sh SYNOPSIS",
        ".Nm " + " ".join(path),
    ]
    children = visible(command)
    shown = [one for one in command.get("arguments", []) if one.get("shouldDisplay")]
    if children:
        lines.append(".Ar subcommand")
    elif len(shown) > 8:
        lines += [synopsis(one) for one in shown if one["kind"] == "positional"]
        lines.append(".Op Ar options")
    else:
        lines += [synopsis(one) for one in shown]
    lines.append(".Sh DESCRIPTION")
    lines += sentences(command.get("abstract") or "")
    for paragraph in paragraphs:
        if any(line.startswith("  ") for line in paragraph.split("\n")):
            lines += literal(paragraph.split("\n"), indent=0)
        else:
            lines += [".Pp"] + sentences(" ".join(paragraph.split("\n")))
    if children:
        lines += [".Sh SUBCOMMANDS", ".Bl -tag -width Ds"]
        for child in children:
            lines += [".It Cm " + escape(child["commandName"])]
            lines += sentences(child.get("abstract") or "")
        lines.append(".El")
    lines += options(command)
    for title in TITLES:
        if title in titled:
            lines += [f".Sh {title}"] + literal(titled[title])
    lines += see_also(path, children)
    return "\n".join(lines) + "\n"


def see_also(path, children):
    names = [name for name in ("-".join(path[:-1]),) if name]
    names += ["-".join(path + [child["commandName"]]) for child in children]
    if not names:
        return []
    names.sort()
    return [".Sh SEE ALSO"] + [
        f".Xr {name} 1" + (" ," if name != names[-1] else "") for name in names]


def write(command, path, version, date, folder):
    with open(os.path.join(folder, "-".join(path) + ".1"), "w", encoding="utf-8") as file:
        file.write(page(command, path, version, date))
    for child in visible(command):
        write(child, path + [child["commandName"]], version, date, folder)


def main():
    version, date, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    command = json.load(sys.stdin)["command"]
    write(command, [command["commandName"]], version, date, folder)


if __name__ == "__main__":
    main()
