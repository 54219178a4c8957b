"""The explorer as people use it: by mouse, by keyboard only, on a phone, through a link, in two browsers at once.

Every page here also proves that nothing is fetched from another host (``open_page``). Numbers are compared between pages
and with the command line, never with a clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from enforcement_sim.errors import InputError
from enforcement_sim.explorer.choices import Choices, choices_of, pair_of
from enforcement_sim.runs.provenance import canonical
from enforcement_sim.scenarios.load import load_scenario

A_YEAR = "?from=2011-01-01&to=2011-12-31"
COLLIER = "?place=12021&from=2012-01-01&to=2012-06-30"
INTERVAL = re.compile(r"95% interval over 4 seeds: [\d,.]+ to [\d,.]+ more")
PHONE, SCREENS = 390, 12
LIVES_MS = 300_000
"""How long the lives behind a number may take: four recorded runs, on a machine that is busy with other things."""
STEPS = 4  # from 48 to 96 hours, twelve at a time

KEEP_WHAT_IS_SEEN = """() => {
  window.seen = [];
  const found = (root) => {
    const here = root.querySelector("[data-picture]");
    if (here) return here;
    for (const element of root.querySelectorAll("*")) {
      const inside = element.shadowRoot && found(element.shadowRoot);
      if (inside) return inside;
    }
    return null;
  };
  const look = () => {
    const headline = found(document);
    const last = window.seen.at(-1);
    const former = headline && headline.classList.contains("former") ? "former" : "";
    const shown = headline && [headline.dataset.picture, headline.dataset.hold, former];
    if (shown && String(last) !== String(shown)) window.seen.push(shown);
    requestAnimationFrame(look);
  };
  look();
}"""
"""Notes every state of the answer: its thinning, the hold it was computed for, and whether it is said to be former."""

ALL = """const all = root => [...root.querySelectorAll("*")].flatMap(
  one => one.shadowRoot ? [one, ...all(one.shadowRoot)] : [one]);"""
CUT = f"""() => {{ {ALL}
  const rolls = one => one && (one.closest(".scrolls, [role=tablist]") || rolls(one.getRootNode().host));
  return all(document).filter(one => {{
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.right > innerWidth + 1 && !rolls(one) && !one.closest("svg, canvas");
  }}).map(one => `${{one.tagName}} ${{one.className}} ${{one.innerText}}`.slice(0, 80));
}}"""
"""What reaches beyond the right edge, but for tables and tabs that scroll by themselves."""
HEIGHT = f"() => {{ {ALL} return Math.max(...all(document).map(one => one.scrollHeight)); }}"
"""The height of the whole page, which scrolls inside an element of its own."""

Open = Callable[..., Page]
Check = Callable[[Page], None]
Keep = Callable[[Page, str], Path]


def exact(page: Page, hold: str = "") -> None:
    """Wait for the exact picture, after a move for that of its hold: the one before stays until another comes."""
    if hold:
        page.locator(f'[data-picture="1"][data-hold="{hold}"]').wait_for()
    page.locator('[data-state="exact"]').wait_for()


def headline(page: Page) -> str:
    return page.locator("[data-picture]").inner_text()


def move_hold(page: Page, steps: int) -> None:
    slider = page.get_by_role("slider", name="Hold limit")
    slider.focus()
    for _ in range(steps):
        page.keyboard.press("ArrowRight")


def test_california_from_48_to_96_hours_and_the_link(
    explorer: str, open_page: Open, accessible: Check, keep_picture: Keep
) -> None:
    page = open_page(f"{explorer}{A_YEAR}&place=NC")
    page.get_by_role("combobox", name="Place").select_option(label="California")
    exact(page)
    page.evaluate(KEEP_WHAT_IS_SEEN)
    move_hold(page, STEPS)
    exact(page, "96")
    expect(page.locator('[data-picture="1"] .first')).to_have_text(INTERVAL)
    # The former answer was said to be one while this was computed, and no draft came between: a state is exact at once.
    seen = page.evaluate("window.seen")
    assert {picture for picture, _, _ in seen} == {"1"}
    assert [hold for _, hold, former in seen if not former][-1] == "96"
    assert "former" in [former for _, _, former in seen]
    assert "place=CA" not in page.url and "hold=96" in page.url  # California is what the bare address means
    assert choices_of(page.url.partition("?")[2]).hold == "96"
    expect(page.get_by_text("Every booking was simulated.")).to_be_visible()
    accessible(page)
    keep_picture(page, "explorer-california")

    other = open_page(page.url)
    exact(other)
    assert headline(other) == headline(page)
    expect(other.get_by_role("slider", name="Hold limit")).to_have_value("96")
    expect(other.get_by_role("combobox", name="Place").locator("option:checked")).to_have_text("California")


def test_two_browsers_do_not_share_what_was_chosen(explorer: str, open_page: Open) -> None:
    one, other = open_page(explorer + COLLIER), open_page(explorer + COLLIER)
    for page in (one, other):
        exact(page)
    before = headline(other)
    move_hold(one, 1)
    exact(one, "60")
    expect(one.locator("[data-picture] .first")).to_have_text(re.compile("Exactly as many|95% interval"))
    expect(other.get_by_role("slider", name="Hold limit")).to_have_value("48")
    assert headline(other) == before and "Nothing is changed yet" in before
    assert "hold" not in other.url


def test_by_keyboard_alone(explorer: str, open_page: Open, keep_picture: Keep) -> None:
    page = open_page(explorer + COLLIER)
    exact(page)

    def tab_to(name: str, role: str) -> None:
        wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
        for _ in range(40):
            if wanted.evaluate("it => { const root = it.getRootNode(); return root.activeElement === it }"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {name}")

    tab_to("Hold limit", "slider")
    for _ in range(STEPS):
        page.keyboard.press("ArrowRight")
    tab_to("Lay rules on the timeline", "button")
    page.keyboard.press("Enter")
    tab_to("Who is held", "combobox")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.wait_for_url(re.compile("rule=honour:honour-none"))
    tab_to("Who is held: another period", "button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Who is held, 2")).to_be_visible()
    tab_to("Measures", "tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("show=rules"))
    expect(page.get_by_text("laid over history", exact=True).first).to_be_visible()
    exact(page)
    keep_picture(page, "explorer-keyboard")


def test_on_a_phone(explorer: str, open_page: Open, accessible: Check, keep_picture: Keep) -> None:
    page = open_page(f"{explorer}{COLLIER}&hold=0&rule=honour:honour-none", width=PHONE)
    exact(page)
    for name in ("Measures", "Flow", "Map"):
        page.get_by_role("tab", name=name, exact=True).click()
        expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
        assert page.evaluate(CUT) == [], name
        assert page.evaluate(HEIGHT) <= SCREENS * 844, name
        accessible(page)
        page.set_viewport_size({"width": PHONE, "height": 2000})
        keep_picture(page, f"explorer-phone-{name.lower()}")
        page.set_viewport_size({"width": PHONE, "height": 900})


@pytest.mark.parametrize(
    ("show", "text"),
    [
        ("rules", "Rules of history, and rules laid over it"),
        ("flow", "From being found to an outcome"),
        ("mix", "under ICE levels 2010"),
        ("map", "Counties, simulated, not a record"),
        ("life", "First difference:"),
    ],
)
def test_every_view_opens_by_its_link(
    explorer: str, open_page: Open, accessible: Check, keep_picture: Keep, show: str, text: str
) -> None:
    page = open_page(f"{explorer}{COLLIER}&hold=0&show={show}")
    expect(page.get_by_text(text).first).to_be_visible(timeout=LIVES_MS)
    exact(page)
    accessible(page)
    keep_picture(page, f"explorer-{show}")


def test_the_month_of_the_map_is_part_of_the_link(explorer: str, open_page: Open) -> None:
    page = open_page(f"{explorer}{COLLIER}&hold=0&show=map")
    expect(page.get_by_text("Counties, simulated, not a record").first).to_be_visible()
    slider = page.get_by_role("slider", name="Month")
    expect(page.get_by_text("Month: all months")).to_be_visible()
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("month=2012-01"))
    expect(page.get_by_text("Month: 2012-01")).to_be_visible()
    other = open_page(page.url)
    expect(other.get_by_text("Month: 2012-01")).to_be_visible()
    expect(other.get_by_text("Counties, simulated, not a record").first).to_be_visible()
    table = 'div[role="region"][aria-label^="Counties"]'
    assert other.locator(table).inner_text() == page.locator(table).inner_text()


def test_the_month_stays_in_the_link_until_the_map_is_looked_at(explorer: str, open_page: Open) -> None:
    page = open_page(f"{explorer}{COLLIER}&hold=0&month=2012-03")
    exact(page)
    page.get_by_role("tab", name="Flow", exact=True).click()
    page.wait_for_url(re.compile("month=2012-03.*show=flow|show=flow.*month=2012-03"))
    page.get_by_role("tab", name="Map", exact=True).click()
    page.wait_for_url(re.compile("show=map"))
    expect(page.get_by_text("Counties, simulated, not a record").first).to_be_visible()
    assert "month=2012-03" in page.url


def test_the_person_whose_lives_are_told_is_part_of_the_link(explorer: str, open_page: Open) -> None:
    page = open_page(f"{explorer}{COLLIER}&hold=0&show=life&why=ice_custody")
    expect(page.get_by_text("First difference:")).to_be_visible(timeout=LIVES_MS)
    why = page.get_by_role("combobox", name="Number to explain")
    expect(why.locator("option:checked")).to_have_text("Taken into ICE custody")
    people = page.get_by_role("combobox", name="Person")
    expect(people.locator("option").nth(1)).to_have_text(re.compile("^2[.] "))
    people.select_option(index=1)
    page.wait_for_url(re.compile("person=2"))
    other = open_page(page.url)
    expect(other.get_by_text("First difference:")).to_be_visible(timeout=LIVES_MS)
    expect(other.get_by_role("combobox", name="Person").locator("option:checked")).to_have_text(re.compile("^2[.] "))
    assert other.locator(".histories").inner_text() == page.locator(".histories").inner_text()
    why.select_option(label="Removed")  # another list of people, from its first
    page.wait_for_url(re.compile("show=life$"))  # removed is what the bare address means

    nobody = open_page(f"{explorer}{COLLIER}&hold=0&show=life&person=99")
    expect(nobody.get_by_text("First difference:")).to_be_visible(timeout=LIVES_MS)
    expect(nobody.get_by_role("combobox", name="Person").locator("option:checked")).to_have_text(re.compile("^1[.] "))


def test_back_and_forward_show_what_the_address_means(explorer: str, open_page: Open) -> None:
    page = open_page(explorer + COLLIER)
    exact(page)
    move_hold(page, 1)
    page.wait_for_url(re.compile("hold=60"))
    exact(page, "60")
    changed = headline(page)
    page.go_back()
    expect(page.get_by_role("slider", name="Hold limit")).to_have_value("48")
    expect(page.locator("[data-picture]")).to_have_text(re.compile("Nothing is changed yet"))
    page.go_forward()
    expect(page.get_by_role("slider", name="Hold limit")).to_have_value("60")
    exact(page, "60")
    assert headline(page) == changed


@pytest.mark.parametrize("query", ["hold=9999", "from=2010-13-01", "place=ZZ", "rule=honour:honour-everyone"])
def test_a_link_that_cannot_be_is_refused_in_the_command_lines_words(
    explorer: str, open_page: Open, accessible: Check, query: str
) -> None:
    with pytest.raises(InputError) as refused:
        pair_of(choices_of(query))
    page = open_page(f"{explorer}?{query}")
    expect(page.get_by_role("alert")).to_have_text(f"Invalid setting: {refused.value}")
    expect(page.locator("[data-picture]")).to_have_count(0)
    accessible(page)


def test_a_parameter_outside_its_range_is_refused_and_mended(explorer: str, open_page: Open) -> None:
    page = open_page(explorer + COLLIER)
    exact(page)
    page.get_by_role("button", name="More rules and parameters").click()
    field = page.get_by_role("textbox", name="Parameters")
    field.fill("pickup.crew_capacity=-1")
    field.blur()
    with pytest.raises(InputError) as refused:
        pair_of(Choices(settings=("pickup.crew_capacity=-1",)))
    expect(page.get_by_role("alert")).to_have_text(f"Invalid setting: {refused.value}")
    field.fill("pickup.crew_capacity=0.03")
    field.blur()
    expect(page.get_by_role("alert")).to_have_count(0)
    exact(page)


def test_the_file_is_the_scenario_of_the_page(explorer: str, open_page: Open, tmp_path: Path) -> None:
    page = open_page(f"{explorer}{COLLIER}&hold=96&rule=honour:honour-trust:2012-03-01")
    page.get_by_role("button", name="Download this scenario").wait_for()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download this scenario").click()
    path = tmp_path / "what-if.yaml"
    coming.value.save_as(path)
    assert canonical(load_scenario(path)) == canonical(pair_of(choices_of(page.url.partition("?")[2]))[1])


def test_the_first_page_says_what_to_try_and_opens_it(
    explorer: str, open_page: Open, accessible: Check, keep_picture: Keep
) -> None:
    page = open_page(explorer + COLLIER)
    exact(page)
    answer = page.locator("[data-picture]")
    expect(answer).to_contain_text("Nothing is changed yet")
    expect(page.locator("[data-measure]").first).to_be_visible()
    assert page.locator("[data-measure] .change").count() == 0  # levels alone, and no column of zeros
    accessible(page)
    keep_picture(page, "explorer-start")
    answer.get_by_role("link", name="no detainer honoured").click()
    page.wait_for_url(re.compile("place=12021.*rule=honour:honour-none"))
    expect(page.locator("[data-picture] .first")).to_have_text(
        re.compile("fewer people removed|mostly chance|Cannot tell")
    )
    exact(page)
    for group in ("People", "Time", "Money", "Rights"):
        expect(page.get_by_role("rowheader", name=group, exact=True)).to_be_visible()
    accessible(page)


@pytest.mark.parametrize("show", ["change", "flow", "mix"])
def test_where_nobody_comes_so_far_the_page_says_so_and_draws_nothing(
    explorer: str, open_page: Open, keep_picture: Keep, show: str
) -> None:
    page = open_page(f"{explorer}?place=48301&from=2012-01-01&to=2012-01-31&hold=96&show={show}")
    exact(page)
    expect(page.locator("[data-picture]")).to_contain_text("Nobody is taken into ICE custody or removed")
    if show != "change":
        expect(page.get_by_text("Nobody comes this far in these places and on these days").first).to_be_visible()
    assert page.locator("canvas:visible").count() == 0
    keep_picture(page, f"explorer-nobody-{show}")


def test_the_picture_shows_another_event_and_the_link_has_it(explorer: str, open_page: Open) -> None:
    page = open_page(f"{explorer}{COLLIER}&hold=0")
    exact(page)
    page.get_by_role("combobox", name="Shown by month").select_option(label="Detainer issued")
    page.wait_for_url(re.compile("event=detainer_issued"))
    expect(page.get_by_role("heading", name="Detainer issued, people a month")).to_be_visible()
    page.get_by_text("The numbers by month").click()
    expect(page.get_by_role("region", name="Detainer issued by month, simulated, not a record")).to_be_visible()
    other = open_page(page.url)
    expect(other.get_by_role("heading", name="Detainer issued, people a month")).to_be_visible()


def test_the_nation_runs_in_the_background_and_can_be_stopped(
    explorer: str, open_page: Open, keep_picture: Keep
) -> None:
    page = open_page(f"{explorer}?place=nation&from=2012-01-01&to=2013-12-31&hold=96")
    expect(page.get_by_role("progressbar", name="Progress of the exact answer")).to_be_visible()
    expect(page.locator(".draft")).to_have_text(re.compile("^Draft one booking in 50 was simulated"))
    other = open_page(explorer + COLLIER)  # a county does not wait for the nation
    exact(other)
    expect(page.locator(".draft")).to_be_visible()
    keep_picture(page, "explorer-nation")
    page.get_by_role("button", name="Stop computing").click()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_role("button", name="Stop computing")).to_be_hidden()
    expect(page.get_by_text("Stopped before the exact answer was done")).to_be_visible()
