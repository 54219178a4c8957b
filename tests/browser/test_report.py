"""The page of a sweep in a real browser, opened from disk: wide, on a phone, by keyboard, on paper, without scripts."""

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
title: A longer hold in two counties of North Carolina
asks: What does a hold of 96 hours change in a large county and in a small one?
extends: baseline
scope: {counties: ["37119", "37007"]}
period: {start: 2011-10-01, end: 2012-03-31}
replications: 3
sweep:
  detainer.hold_hours: [48, 96]
"""
PHONE, DESK = 390, 1280

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("report")
    (home / "two-holds.yaml").write_text(SCENARIO, encoding="utf-8")
    found = sweep(load_scenario(home / "two-holds.yaml"), out=home / "results", workers=2)
    return write_report(found.folder, counties=["37007"])


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_nothing_sticks_out_and_axe_finds_nothing_serious(
    open_page: Opened,
    accessible: Callable[[Page], None],
    keep_picture: Callable[[Page, str], Path],
    report: Path,
    width: int,
) -> None:
    page = open_page(report, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    pictures = page.locator("main img")
    assert pictures.count() >= 8
    assert page.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth > 100)")
    expect(page.get_by_text("Hold limit (hours): 96 instead of 48.")).to_be_visible()
    accessible(page)
    keep_picture(page, f"report-{width}")


def test_a_reader_with_a_keyboard_chooses_another_definition(open_page: Opened, report: Path) -> None:
    page = open_page(report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    select = page.get_by_label("Definition:")
    visible = page.locator('[data-choice="definition"] > .option:visible')
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
    assert second != first and "ICE levels" in (second or "")


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


def test_it_prints_without_navigation(open_page: Opened, report: Path, tmp_path: Path) -> None:
    page = open_page(report)
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    expect(page.get_by_role("heading", name="The answer")).to_be_visible()
    paper = tmp_path / "report.pdf"
    page.pdf(path=paper, format="A4")
    assert paper.read_bytes().startswith(b"%PDF") and paper.read_bytes().count(b"/Type /Page\n") >= 4


def test_without_scripts_every_definition_is_there(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.resolve().as_uri())
    options = page.locator('[data-choice="definition"] > .option')
    assert options.count() >= 5
    assert all(options.nth(place).is_visible() for place in range(options.count()))
    expect(page.get_by_label("Definition:")).to_be_hidden()
    context.close()
