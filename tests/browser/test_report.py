"""The page of a sweep of nine settings in a browser, from disk: wide, on a phone, by keyboard, on paper, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from enforcement_sim import load_scenario, sweep
from enforcement_sim.report.page import write_report

SCENARIO = """
schema: 1
name: two-holds
title: The hold by who honours detainers, in two counties of North Carolina
asks: >-
  What does a hold of 96 hours change in a large county and in a small one, and what does it change where the jails honour
  detainers on serious offences only, or none? Which of the two changes more?
extends: baseline
scope: {counties: ["37119", "37007"]}
period: {start: 2011-09-01, end: 2011-11-30}
replications: 2
changes:
  who-honours: {decision: honour, rule: honour-all, where: {counties: ["37119", "37007"]}}
sweep:
  detainer.hold_hours: [48, 24, 96]
  changes.who-honours.rule: [honour-all, honour-trust, honour-none]
"""
PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844, DESK: 800}
PAPER = 718
"""Width of A4 less its margins, in the pixels of a browser."""
MOST_SCREENS = 12

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("report")
    (home / "two-holds.yaml").write_text(SCENARIO, encoding="utf-8")
    found = sweep(load_scenario(home / "two-holds.yaml"), out=home / "results", workers=2)
    return write_report(found.folder, counties=["37007"])


CUT = """() => [...document.querySelectorAll('main *')]
  .filter((one) => one.checkVisibility() && !one.closest('.tip, .hidden, .scroll'))
  .filter((one) => {
    const box = one.getBoundingClientRect();
    const hides = getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;
    return box.right > innerWidth + 1 || box.left < -1 || hides;
  })
  .map((one) => one.outerHTML.slice(0, 160))"""
"""Visible elements that stick out or hide a part of themselves."""


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_nothing_sticks_out_and_axe_finds_nothing(
    open_page: Opened,
    accessible: Callable[[Page], None],
    keep_picture: Callable[[Page, str], Path],
    report: Path,
    width: int,
) -> None:
    page = open_page(report, width=width, height=HEIGHTS[width])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []
    assert page.locator("main img").count() >= 8
    assert page.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth > 100)")
    varied = page.get_by_text("Hold limit (hours): 96 instead of 48.").last
    expect(varied).to_be_visible(visible=width == DESK)  # folded on a phone
    accessible(page)
    keep_picture(page, f"report-{width}")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_picture_of_nine_settings_is_on_the_first_screen(open_page: Opened, report: Path, width: int) -> None:
    page = open_page(report, width=width, height=HEIGHTS[width])
    tops = [
        page.locator(one).first.evaluate("(one) => one.getBoundingClientRect().top")
        for one in ("main p", "main figure img", ".matrix")
    ]
    assert tops == sorted(tops) and tops[1] < HEIGHTS[width]
    question = page.locator(".question").evaluate(
        "(one) => one.clientHeight / parseFloat(getComputedStyle(one).lineHeight)"
    )
    assert width == PHONE or question < 2.5
    assert page.locator("thead th").count() and page.locator("#answer .matrix thead th").count() >= 4


def test_on_a_phone_it_is_under_twelve_screens(open_page: Opened, report: Path) -> None:
    page = open_page(report, width=PHONE, height=HEIGHTS[PHONE])
    assert page.evaluate("document.documentElement.scrollHeight") < MOST_SCREENS * HEIGHTS[PHONE]
    # What is folded can be opened, and then nothing sticks out either.
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_cell_shows_its_interval_under_the_pointer_and_with_the_focus(
    open_page: Opened, report: Path, width: int
) -> None:
    page = open_page(report, width=width, height=HEIGHTS[width])
    cells = page.locator("#answer .matrix td")
    shown = "(one) => one.querySelector('.tip').getBoundingClientRect().width > 100"
    for cell in (cells.first, cells.nth(cells.count() // 2), cells.last):
        said = cell.locator(".tip").inner_text()
        assert "[" in said or "identical" in said or "not applicable" in said
        assert not cell.evaluate(shown)
        cell.hover()
        assert cell.evaluate(shown)
        page.mouse.move(1, 1)
        cell.focus()
        assert cell.evaluate(shown)
        box = cell.locator(".tip").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
    expect(cells.first).to_have_accessible_name(cells.first.locator(".tip").inner_text())


def test_the_matrix_is_one_stop_of_the_tab_key_and_arrows_go_on(open_page: Opened, report: Path) -> None:
    page = open_page(report)
    assert page.locator("#answer .matrix td[tabindex='0']").count() == 1
    page.locator("#answer .matrix td").first.focus()
    focused = "[document.activeElement.parentElement.rowIndex, document.activeElement.cellIndex]"
    row, column = page.evaluate(focused)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == [row, column + 1]
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == [row + 1, column + 1]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.matrix') === null")


def test_a_reader_with_a_keyboard_chooses_another_definition(open_page: Opened, report: Path) -> None:
    page = open_page(report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.evaluate("document.querySelector('[data-choice=definition]').closest('details').open = true")
    select = page.get_by_label("Definition:")
    visible = page.locator('[data-choice="definition"] > .option:visible')
    page.wait_for_function("document.querySelectorAll('.chosen').length >= 3")
    assert visible.count() == 1
    first = visible.locator("img").get_attribute("alt")
    for _ in range(200):  # reached by the key alone, whatever stands before it
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('[data-choice=definition]') !== null"):
            break
    expect(select).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert visible.count() == 1
    second = visible.locator("img").get_attribute("alt")
    assert "ICE levels" in (first or "") and "Offence class" in (second or "")


def test_choices_of_a_setting_open_on_the_one_that_the_answer_names(open_page: Opened, report: Path) -> None:
    page = open_page(report)
    page.wait_for_function("document.querySelectorAll('.chosen').length >= 4")
    chosen = [
        page.locator(f"[data-choice='{name}'] select").evaluate("(one) => one.selectedOptions[0].text")
        for name in ("year-setting", "cost-setting", "card-setting")
    ]
    assert len(set(chosen)) == 1 and "honoured" in chosen[0]
    first = page.locator("[data-choice='year-setting'] > .option:visible")
    expect(first).to_have_count(1)
    expect(first.locator("caption")).to_contain_text(chosen[0])
    page.locator("[data-choice='year-setting'] select").select_option(index=0)
    expect(page.locator("[data-choice='year-setting'] > .option:visible caption")).not_to_contain_text(
        f"what {chosen[0]} changes"
    )


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_where_people_are_instead_and_what_words_mean_can_be_read(open_page: Opened, report: Path, width: int) -> None:
    page = open_page(report, width=width, height=HEIGHTS[width])
    expect(page.locator("#who > p").first).to_contain_text("Where people are instead")
    ends = page.locator("#who > table.matrix")
    expect(ends.get_by_role("rowheader", name="Left jail or prison without a hold")).to_be_visible()
    meaning = page.get_by_text("\u201cTRUST-type refusal\u201d: The jail honours detainers on felony convictions")
    expect(meaning).to_be_visible(visible=width == DESK)  # folded on a phone
    page.get_by_text("What the words of the settings mean").click()
    expect(meaning).to_be_visible(visible=width == PHONE)


def test_a_county_is_found_in_the_table(open_page: Opened, report: Path) -> None:
    page = open_page(report)
    box = page.get_by_label("Find a county by name, state or code")
    rows = page.locator("#counties .scroll.long tbody tr:visible")
    assert rows.count() == 2
    box.fill("anson")
    expect(rows).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("1 of 2 counties")
    box.fill("37119")
    expect(rows.first).to_contain_text("Mecklenburg County")


def test_on_paper_folds_are_open_and_nothing_is_cut(open_page: Opened, report: Path, tmp_path: Path) -> None:
    page = open_page(report, width=PAPER)
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    expect(page.get_by_text("Arrests at large by ICE")).to_be_visible()  # folded on the screen
    expect(page.get_by_text("On paper, of a choice only")).to_be_visible()
    expect(page.get_by_text("The jail honours detainers on felony convictions").first).to_be_visible()
    expect(page.get_by_text("Removed, change").locator("visible=true")).to_have_count(1)
    assert page.evaluate(
        "[...document.querySelectorAll('details.fold')].filter((one) => !one.closest('[hidden]'))"
        ".every((one) => one.lastElementChild.checkVisibility())"
    )
    wide = page.evaluate(
        "[...document.querySelectorAll('main table, main img, main pre')].filter((one) => one.checkVisibility()"
        " && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 160))"
    )
    assert wide == []
    paper = tmp_path / "report.pdf"
    page.pdf(path=paper, format="A4")
    assert paper.read_bytes().startswith(b"%PDF") and paper.read_bytes().count(b"/Type /Page\n") >= 4


def test_without_scripts_everything_can_be_opened(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": DESK, "height": HEIGHTS[DESK]})
    page = context.new_page()
    page.goto(report.resolve().as_uri())
    page.get_by_text("By stage, under each published definition").click()
    options = page.locator('[data-choice="definition"] > .option')
    assert options.count() >= 5
    assert all(options.nth(place).locator("> summary").is_visible() for place in range(options.count()))
    options.nth(1).locator("> summary").click()
    expect(options.nth(1).locator("img, table").first).to_be_visible()
    expect(page.get_by_label("Definition:")).to_be_hidden()
    cell = page.locator("#answer .matrix td").first
    cell.hover()
    expect(cell.locator(".tip")).to_be_visible()
    context.close()
