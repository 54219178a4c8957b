"""What the explorer remembers and explains, in a browser: why a number differs, undo and the back button, saved scenarios,
the scenario as text, the timeline, the doubt about parameters, and the page of a county.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from enforcement_sim.explorer.choices import choices_of, yaml_of

PLACE = "?place=12021&from=2012-01-01&to=2012-02-29"
NO_HOLD = f"{PLACE}&hold=0"
PHONE = 390
LONG_MS = 300_000
"""How long a worker may take on a busy machine."""

Open = Callable[..., Page]
Check = Callable[[Page], None]
Keep = Callable[[Page, str], Path]


def exact(page: Page) -> None:
    page.locator('[data-state="exact"]').wait_for(timeout=LONG_MS)


def opened(open_page: Open, address: str, width: int = 1280) -> Page:
    page = open_page(address, width=width)
    exact(page)
    return page


@pytest.mark.parametrize("width", [1280, PHONE])
def test_a_why_beside_a_number_leads_to_two_lives_with_rule_and_source(
    explorer: str, open_page: Open, accessible: Check, keep_picture: Keep, width: int
) -> None:
    page = opened(open_page, explorer + NO_HOLD, width)
    link = page.get_by_role("link", name="Why: Removed", exact=True).first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("show=life"))
    expect(page.get_by_role("tab", name="Why")).to_be_in_viewport()
    expect(page.get_by_role("tab", name="Why")).to_be_focused()
    counted = page.get_by_text("People counted in “Removed” under history alone")
    expect(counted).to_be_visible(timeout=LONG_MS)
    person = page.get_by_role("combobox", name="Person").locator("option:checked")
    expect(person).to_have_text(re.compile("Removed under history, (?!removed).* under the what-if"))
    expect(page.get_by_role("region", name="What was changed, and where it is from")).to_contain_text("8 CFR 287.7(d)")
    expect(page.get_by_role("region", name="What decided about this person")).to_be_visible()
    expect(page.get_by_text("First difference:").first).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    accessible(page)
    keep_picture(page, f"explorer-why-{width}")
    for number in OTHER_NUMBERS[width]:
        follow_why(page, **number)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    accessible(page)
    keep_picture(page, f"explorer-why-part-{width}")


OTHER_NUMBERS = {
    1280: (
        {
            "tab": "Map",
            "link": "Why: Removed: Collier County, FL",
            "told": "People counted in “Removed: Collier County, FL”",
        },
        {"tab": "Measures", "link": "Why: Net cost to the federal side", "told": "and with them days and dollars"},
    ),
    PHONE: (
        {"tab": "Flow", "link": "Why: Found removable: 287(g) in jails", "told": "“Found removable: 287(g) in jails”"},
        {"tab": "", "link": "Why: Removed: February 2012", "told": "People counted in “Removed: February 2012”"},
    ),
}
"""For each width two other numbers: the tab (the months are above the tabs), the link, and what is said of its people."""


def follow_why(page: Page, tab: str, link: str, told: str) -> None:
    """Follow the link of a number by keyboard, and wait for the people whom it counts."""
    if tab:
        page.get_by_role("tab", name=tab, exact=True).click()
    elif not page.get_by_role("link", name=link, exact=True).is_visible():
        page.get_by_text("The numbers by month").press("Enter")
    page.get_by_role("link", name=link, exact=True).first.press("Enter")
    expect(page.get_by_role("tab", name="Why")).to_be_focused()
    expect(page.get_by_text(told).first).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_role("combobox", name="Person")).to_be_visible()


def test_undo_redo_and_the_back_button_go_through_what_was_tried(
    explorer: str, open_page: Open, keep_picture: Keep
) -> None:
    page = opened(open_page, explorer + NO_HOLD)
    slider = page.get_by_role("slider", name="Hold limit")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("hold=12"))
    exact(page)
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="Undo").click()
    expect(slider).to_have_value("0")
    page.get_by_role("button", name="Redo").click()
    expect(slider).to_have_value("12")
    page.go_back()
    expect(slider).to_have_value("0")
    page.wait_for_url(re.compile("hold=0"))
    page.go_forward()
    expect(slider).to_have_value("12")
    assert page.evaluate("window.stayed"), "the page was loaded again"
    page.get_by_text("Tried so far (2)").click()
    expect(page.get_by_role("link", name="hold limit 0 hours (history: 48)")).to_be_visible()
    expect(page.get_by_text("not computed yet")).to_have_count(0)
    keep_picture(page, "explorer-tried")
    page.reload()
    expect(page.get_by_text("Tried so far (2)")).to_be_visible()


@pytest.mark.parametrize("width", [1280, PHONE])
def test_two_saved_scenarios_are_compared_and_every_number_leads_to_two_lives(
    explorer: str, open_page: Open, accessible: Check, keep_picture: Keep, width: int
) -> None:
    page = opened(open_page, explorer + NO_HOLD, width)
    page.get_by_role("textbox", name="Name to save it under").fill("no hold")
    page.get_by_role("button", name="Save this scenario").click()
    expect(page.get_by_role("button", name="Forget no hold")).to_be_visible()
    page.get_by_role("slider", name="Hold limit").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("hold=12"))
    exact(page)
    page.get_by_role("tab", name="Compare saved").click()
    page.get_by_role("combobox", name="Compare", exact=True).select_option(label="the present setting")
    page.get_by_role("combobox", name="with", exact=True).select_option(label="no hold")
    table = page.get_by_role("region", name=re.compile("no hold against the present setting"))
    expect(table).to_contain_text("Removed", timeout=LONG_MS)
    assert table.get_by_role("rowheader").count() == table.get_by_role("button", name="Why the two differ").count()
    table.get_by_role("button", name="Why the two differ: Removed", exact=True).press("Enter")
    heading = page.get_by_role("heading", name="Why they differ")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    told = page.get_by_text("“Removed” under the present setting alone")
    expect(told).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_role("region", name="What was changed, and where it is from")).to_contain_text("8 CFR 287.7(d)")
    expect(page.get_by_role("region", name="What decided about this person")).to_be_visible()
    expect(page.get_by_role("heading", name="Under “no hold”")).to_be_visible()
    page.get_by_role("combobox", name="Number to explain").select_option(label="Net cost to the federal side")
    expect(page.get_by_text("and with them days and dollars")).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_text("under the present setting").first).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    accessible(page)
    keep_picture(page, f"explorer-saved-{width}")
    page.reload()  # the browser remembers
    page.get_by_role("button", name="Forget no hold").click()
    expect(page.get_by_role("button", name="Forget no hold")).to_have_count(0)


def test_the_scenario_is_copied_as_link_and_as_file(explorer: str, open_page: Open) -> None:
    page = opened(open_page, explorer + NO_HOLD)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == explorer + NO_HOLD
    page.get_by_text("This scenario as a file").click()
    page.get_by_role("button", name="Copy the file").click()
    expect(page.get_by_role("button", name="Copied")).to_have_count(2)
    assert page.evaluate("navigator.clipboard.readText()") == yaml_of(choices_of(NO_HOLD))


@pytest.mark.parametrize("width", [1280, PHONE])
def test_the_timeline_has_agreements_dates_and_what_was_changed(
    explorer: str, open_page: Open, accessible: Check, keep_picture: Keep, width: int
) -> None:
    page = opened(open_page, f"{explorer}{NO_HOLD}&show=rules", width)
    rules = page.get_by_role("region", name="Rules of history, and rules laid over it")
    expect(rules).to_contain_text("Collier County Sheriff")
    expect(rules).to_contain_text("0 hours")
    accessible(page)
    keep_picture(page, f"explorer-timeline-{width}")


@pytest.mark.parametrize("width", [1280, PHONE])
def test_the_doubt_about_parameters_grows_in_the_background(
    explorer: str, open_page: Open, accessible: Check, keep_picture: Keep, width: int
) -> None:
    page = opened(open_page, f"{explorer}{NO_HOLD}&show=doubt", width)
    page.get_by_role("combobox", name="Sets of parameters").select_option(label="2 sets")
    page.get_by_role("button", name="Compute the doubt about parameters").click()
    exact(page)  # the answer stays
    expect(page.locator('[data-doubt="16"]')).to_be_visible(timeout=LONG_MS)
    table = page.get_by_role("region", name=re.compile("what-if less history"))
    expect(table.get_by_role("rowheader")).to_have_text(["1 set", "2 sets"])
    page.get_by_role("combobox", name="Number in doubt").select_option(label="Net cost to counties")
    money = page.get_by_role("region", name="Net cost to counties: what-if less history")
    expect(money.get_by_role("rowheader")).to_have_text(["1 set", "2 sets"])  # of the same runs
    expect(money).to_contain_text("$")
    accessible(page)
    keep_picture(page, f"explorer-doubt-{width}")


@pytest.mark.parametrize("width", [1280, PHONE])
def test_the_page_of_the_county_has_facts_at_once_and_then_what_is_simulated(
    explorer: str, open_page: Open, accessible: Check, keep_picture: Keep, width: int
) -> None:
    page = opened(open_page, explorer + NO_HOLD, width)
    with page.expect_popup() as coming:
        page.get_by_role("link", name="What is known of Collier County, FL").press("Enter")
    county = coming.value
    expect(county.get_by_role("heading", name="Collier County, FL")).to_be_visible()
    expect(county.get_by_role("heading", name="287(g) agreements")).to_be_visible()
    if width > PHONE:  # the second visitor finds what the first waited for
        expect(county.get_by_role("status")).to_contain_text(re.compile(r"of \d+ runs are done"))
        accessible(county)
    stages = county.get_by_role("region", name=re.compile("^People at each stage, 1 October 2005"))
    expect(stages).to_contain_text("Removed", timeout=LONG_MS)
    expect(stages.get_by_role("columnheader", name="Over sets, with chance")).to_be_visible()
    assert county.evaluate("document.scrollingElement.scrollWidth") <= width
    accessible(county)
    keep_picture(county, f"explorer-county-{width}")
