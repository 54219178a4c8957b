"""The pages of an answer and of a county in a real browser: wide, on a phone, on paper, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from enforcement_sim.parameters.register import load_register
from enforcement_sim.studies.answer import published_check, weakest
from enforcement_sim.studies.answer.answer_page import page_of as page_of_answer
from enforcement_sim.studies.answer.answer_sentences import sentence
from enforcement_sim.studies.answer.compute import answer
from enforcement_sim.studies.county.compute import county_runs
from enforcement_sim.studies.county.county_page import page_of as page_of_county
from enforcement_sim.studies.place_asked import place_asked
from enforcement_sim.studies.single_page import write_page

DAYS = date(2011, 10, 1), date(2011, 12, 31)
PHONE, DESK = 390, 1280
SCREEN = 900
MOST_SCREENS = 12
"""A page on a phone is shorter than this many screens."""
FEW = ("pickup.notice_share", "hold.medical_reason_share", "beds.interior_share")
PAGES = ("answer", "county")

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Path, str]]]:
    """The file of each page, and a sentence that is on it."""
    home = tmp_path_factory.mktemp("pages")
    place = place_asked(county="New Castle, DE")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weakest, "candidates", lambda _: tuple(load_register()[address] for address in FEW))
        patch.setattr(published_check, "THIN_OF_NATION", 200)
        answered = answer("refuse detainers", place, *DAYS, sets=2, replications=2, workers=1)
    known = county_runs(place, *DAYS, sets=2, replications=2, workers=1)
    yield {
        "answer": (write_page(page_of_answer(answered), home / "answer.html"), sentence(answered)),
        "county": (
            write_page(page_of_county(place, known), home / "county.html"),
            "What was not found recorded or published",
        ),
    }


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_and_axe_finds_nothing_serious(
    open_page: Opened,
    accessible: Callable[[Page], None],
    keep_picture: Callable[[Page, str], Path],
    pages: dict[str, tuple[Path, str]],
    name: str,
    width: int,
) -> None:
    path, said = pages[name]
    page = open_page(path, width=width, height=SCREEN)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollHeight") < MOST_SCREENS * SCREEN
    assert page.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth > 100)")
    expect(page.get_by_text(said)).to_be_visible()
    # No table is wider than its frame, so nothing has to be scrolled sideways to be read.
    wide = "[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    assert page.evaluate(wide) == 0
    accessible(page)
    keep_picture(page, f"{name}-{width}")


def test_the_answer_and_its_doubt_are_on_the_first_screen_of_a_phone(
    open_page: Opened, pages: dict[str, tuple[Path, str]]
) -> None:
    path, said = pages["answer"]
    page = open_page(path, width=PHONE, height=SCREEN)
    for text in (said, "the range over 2 sets of parameters (", "Chance alone ("):
        box = page.get_by_text(text).bounding_box()
        assert box is not None and box["y"] + box["height"] < SCREEN, text


@pytest.mark.parametrize("name", PAGES)
def test_it_prints_on_paper_with_every_section(
    open_page: Opened, pages: dict[str, tuple[Path, str]], tmp_path: Path, name: str
) -> None:
    page = open_page(pages[name][0])
    page.emulate_media(media="print")
    heads = page.locator("h2")
    assert heads.count() >= 5 and all(heads.nth(place).is_visible() for place in range(heads.count()))
    paper = tmp_path / "page.pdf"
    page.pdf(path=paper, format="A4")
    assert paper.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", PAGES)
def test_it_is_whole_without_scripts_and_asks_for_nothing(
    browser: Browser, pages: dict[str, tuple[Path, str]], name: str
) -> None:
    path, said = pages[name]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.resolve().as_uri())
    expect(page.get_by_text(said)).to_be_visible()
    assert all(url.startswith(("file:", "data:")) for url in asked)
    context.close()
