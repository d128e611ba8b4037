#!/usr/bin/env python3
"""Opens a report in Chromium and checks what a reader relies on.

    check.py REPORT.html FOLDER

At two widths, light and dark: no message on the console, no request, nothing wider than the page,
no finding of axe-core, every control reached by Tab with a focus that shows, tables sorted and points
read by keyboard, names from files harmless; without a script all is still there; and it prints.
Screenshots and the PDF are left in FOLDER. Exits with 1 when anything is found.
"""
import pathlib
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CONTROLS = "a[href], button, input, summary, [tabindex='0']"
found = []


def check(what, holds):
    if not holds:
        found.append(what)
        print(f"not ok: {what}")


def visible_controls(page):
    return page.evaluate(
        """selector => [...document.querySelectorAll(selector)].filter(e =>
             e.checkVisibility() && (e.type !== 'radio' || e.checked)).length""",
        CONTROLS)


def tab_through(page, name):
    """Tabs from the top until the focus leaves the page; returns how many controls had it."""
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.evaluate("window.reached = new Set(); window.unseen = []")
    for _ in range(visible_controls(page) + 5):
        page.keyboard.press("Tab")
        went_on = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (e === document.body || window.reached.has(e)) return false;
              window.reached.add(e);
              const shown = e.type === 'radio' ? e.nextElementSibling : e;
              const style = getComputedStyle(shown);
              if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2)
                window.unseen.push(e.outerHTML.slice(0, 80));
              return true;
            }""")
        if not went_on:
            break
    wanted, reached = visible_controls(page), page.evaluate("window.reached.size")
    check(f"{name}: Tab reaches {reached} of {wanted} controls", reached == wanted)
    unseen = page.evaluate("window.unseen")
    check(f"{name}: a focus that does not show: {unseen[:3]}", not unseen)


def sort_by_keyboard(page, name):
    table = page.locator(
        "section > .scroll table.sortable:has(thead th:nth-child(2).number)").first
    if table.count() == 0:
        return False
    rows = table.locator("tbody tr")
    header = table.locator("thead th").nth(1)
    before = rows.all_inner_texts()
    orders = []
    header.locator("button").focus()
    for wanted in ("ascending", "descending"):
        page.keyboard.press("Enter")
        check(f"{name}: aria-sort is {wanted}", header.get_attribute("aria-sort") == wanted)
        orders.append([
            float(value) for value in rows.locator(":nth-child(2)").evaluate_all(
                "cells => cells.map(c => c.dataset.sort || 'NaN')")
        ])
    numbers = [value for value in orders[0] if value == value]
    check(f"{name}: rows rise", numbers == sorted(numbers) and len(numbers) > 0)
    check(f"{name}: rows fall", orders[1] == sorted(orders[1], reverse=True))
    check(f"{name}: the same rows", sorted(before) == sorted(rows.all_inner_texts()))
    return True


def read_by_keyboard(page, name):
    slider = page.locator(".reader input").first
    if slider.count() == 0:
        return False
    slider.focus()
    texts = set()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        texts.add(slider.get_attribute("aria-valuetext"))
    check(f"{name}: the slider tells each point", len(texts) == 3)
    shown = page.locator(".reader output").first.inner_text()
    check(f"{name}: the point is shown", shown == slider.get_attribute("aria-valuetext"))
    crosses = page.locator(".crosshair[visibility=visible]")
    check(f"{name}: the point is marked", crosses.count() > 0)
    return True


def overflow(page):
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth")


def squeezed(page):
    """Text in a column so narrow that hardly a word is left on a line."""
    return page.evaluate("""() => [...document.querySelectorAll('dt, dd, td, th, li, p, figcaption')]
        .filter(element => {
            const box = element.getBoundingClientRect();
            const line = parseFloat(getComputedStyle(element).fontSize) * 1.5;
            return box.width < 45 && box.height > 5 * line;
        }).map(element => element.textContent.slice(0, 60))""")


def main():
    report = pathlib.Path(sys.argv[1]).resolve()
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    done = {"sorted": 0, "read": 0, "axe": 0}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width in (1280, 400):
            for scheme in ("light", "dark"):
                name = f"{width}-{scheme}"
                page = browser.new_page(
                    viewport={"width": width, "height": 900}, color_scheme=scheme)
                messages, requests = [], []
                page.on("console", lambda message: messages.append(message.text))
                page.on("pageerror", lambda error: messages.append(str(error)))
                page.on("dialog", lambda dialog: (messages.append("dialog"), dialog.dismiss()))
                page.on("request", lambda request: requests.append(request.url))
                page.goto(report.as_uri())
                check(f"{name}: requests {requests[1:]}", requests == [report.as_uri()])
                check(f"{name}: wider by {overflow(page)} px", overflow(page) <= 0)
                check(f"{name}: squeezed {squeezed(page)[:3]}", not squeezed(page))
                page.screenshot(path=folder / f"{name}.png", full_page=True)
                tab_through(page, name)
                done["sorted"] += sort_by_keyboard(page, name)
                done["read"] += read_by_keyboard(page, name)
                for state in ("closed", "open"):
                    page.evaluate(
                        "open => document.querySelectorAll('details').forEach(d => d.open = open)",
                        state == "open")
                    check(f"{name}: wider by {overflow(page)} px, {state}", overflow(page) <= 0)
                    check(f"{name}: squeezed {squeezed(page)[:3]}, {state}", not squeezed(page))
                    result = Axe().run(page)
                    done["axe"] += len(result.response["passes"])
                    for finding in result.response["violations"]:
                        place = finding["nodes"][0]["html"][:120]
                        check(f"{name}: axe, {finding['id']}: {finding['help']}: {place}", False)
                other = "dark" if scheme == "light" else "light"
                ground = "getComputedStyle(document.documentElement).backgroundColor"
                before = page.evaluate(ground)
                page.locator(f"#scheme-{scheme}").focus()
                page.keyboard.press("ArrowRight" if scheme == "light" else "ArrowLeft")
                check(f"{name}: the switch to {other}", page.evaluate(ground) != before)
                check(f"{name}: console {messages[:3]}", not messages)
                harm = page.evaluate("window.harm === undefined")
                check(f"{name}: a name from a file was run", harm)
                page.close()
        print_and_do_without(browser, report, folder)
        browser.close()
    for what, count in done.items():
        check(f"nothing was {what}", count > 0)
    print(f"{report.name}: {len(found)} found; {done}")
    sys.exit(1 if found else 0)


def print_and_do_without(browser, report, folder):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    page.goto(report.as_uri())
    page.pdf(path=folder / "report.pdf", format="A4")
    pdf = (folder / "report.pdf").read_bytes()
    check("the PDF", pdf.startswith(b"%PDF-") and len(pdf) > 20_000)
    page.close()
    context = browser.new_context(java_script_enabled=False, viewport={"width": 400, "height": 900})
    page = context.new_page()
    page.goto(report.as_uri())
    check("without a script there are tables", page.locator("table").count() > 0)
    check("without a script there are no sliders", not page.locator(".reader").first.is_visible())
    check("without a script there are charts", page.locator("svg[role=img]").count() > 0)
    context.close()


main()
