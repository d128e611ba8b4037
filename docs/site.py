#!/usr/bin/env python3
"""Builds the documentation as a site: `make docs`.

    docs/site.py MODULES FOLDER

The pages of this folder become the articles of a DocC catalogue, as they are but for their links;
docs/site has its root, to which pages that it does not name are added. MODULES is the folder of the
built Swift modules, for the reference of GuestModel and ShadowModel. FOLDER is where the site goes:
static files, for any web server.

DocC is called here, and not by a plugin of the package: it comes with Swift, and the package keeps
its two dependencies. A warning of DocC's is an error.
"""

import os
import re
import shutil
import subprocess
import sys

DOCS = os.path.dirname(os.path.abspath(__file__))
LIBRARIES = ("GuestModel", "ShadowModel")
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def headings(text):
    """The titles of a page, code blocks left out."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.findall(r"^#{2,6} (.+)$", text, flags=re.M)


def plain(title):
    """A title without its markup."""
    return LINK.sub(r"\1", title).replace("`", "").replace("*", "")


def slug(title):
    """What a Markdown viewer calls a title in links."""
    kept = re.sub(r"[^\w\- ]", "", plain(title).lower())
    return kept.replace(" ", "-")


def fragment(title):
    """What DocC calls it."""
    kept = re.sub(r"[^\w\-.~!$&'()*+,;=:@/?]+", "-", plain(title).strip())
    return kept.replace("'", "").strip("-")


class Pages:
    """The pages of the folder and their titles."""

    def __init__(self, folder):
        self.texts = {}
        for name in sorted(os.listdir(folder)):
            if name.endswith(".md"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    self.texts[name[:-3]] = file.read()

    def target(self, page, anchor):
        if not anchor:
            return f"doc:{page}"
        for title in headings(self.texts[page]):
            if slug(title) == anchor:
                return f"doc:{page}#{fragment(title)}"
        sys.exit(f"site: {page}.md has no title for #{anchor}")

    def link(self, page):
        """Replaces a link in a page: to other pages by name, to files of the checkout by path."""
        def replacement(match):
            text, target = match.groups()
            if re.match(r"[a-z]+:", target):
                return match.group(0)
            path, _, anchor = target.partition("#")
            name = path[:-3] if path.endswith(".md") else path
            if not path or name in self.texts:
                return f"[{text}]({self.target(name or page, anchor)})"
            path = os.path.normpath(os.path.join("docs", path))
            if not os.path.exists(os.path.join(os.path.dirname(DOCS), path)):
                sys.exit(f"site: {page}.md names {path}, which is not there")
            return text if path in text else f"{text} (`{path}`)"
        return replacement

    def article(self, page):
        """A page as an article; what is in code blocks stays as it is."""
        parts = re.split(r"(^```.*?^```$)", self.texts[page], flags=re.M | re.S)
        return "".join(
            part if part.startswith("```") else LINK.sub(self.link(page), part)
            for part in parts)


def stage(folder):
    """Writes the catalogue."""
    pages = Pages(DOCS)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(os.path.join(DOCS, "site", "Shadowbench.md"), encoding="utf-8") as file:
        root = file.read()
    others = [page for page in pages.texts if f"<doc:{page}>" not in root]
    root += "\n### All else\n\n" + "".join(f"- <doc:{page}>\n" for page in others)
    with open(os.path.join(folder, "Shadowbench.md"), "w", encoding="utf-8") as file:
        file.write(root)
    for page in pages.texts:
        with open(os.path.join(folder, page + ".md"), "w", encoding="utf-8") as file:
            file.write(pages.article(page))


def run(*command):
    """Runs a tool of Swift's; what it says is shown when it fails."""
    outcome = subprocess.run(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if outcome.returncode != 0 or "warning:" in outcome.stdout:
        sys.exit(f"{outcome.stdout}site: {os.path.basename(command[0])} found fault")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    modules, site = sys.argv[1:]
    work = site + ".parts"
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(site, ignore_errors=True)
    stage(f"{work}/Shadowbench.docc")
    common = ("--warnings-as-errors", "--transform-for-static-hosting")
    run("docc", "convert", f"{work}/Shadowbench.docc", *common, "--output-path",
        f"{work}/Shadowbench.doccarchive", "--fallback-display-name", "Shadowbench",
        "--fallback-bundle-identifier", "shadowbench")
    archives = [f"{work}/Shadowbench.doccarchive"]
    for library in LIBRARIES:
        graphs = f"{work}/{library}"
        os.makedirs(graphs)
        run("swift-symbolgraph-extract", "-module-name", library, "-I", modules, "-target",
            "x86_64-unknown-linux-gnu", "-minimum-access-level", "public", "-output-dir", graphs)
        archives.append(f"{work}/{library}.doccarchive")
        run("docc", "convert", "--additional-symbol-graph-dir", graphs, *common,
            "--output-path", archives[-1], "--fallback-display-name", library,
            "--fallback-bundle-identifier", f"shadowbench.{library}")
    run("docc", "merge", *archives, "--output-path", site,
        "--synthesized-landing-page-name", "Shadowbench")
    shutil.rmtree(work)
    pages = sum(name == "index.html" for _, _, names in os.walk(site) for name in names)
    print(f"{site}: {pages} pages; serve the folder and open /documentation/shadowbench")


if __name__ == "__main__":
    main()
