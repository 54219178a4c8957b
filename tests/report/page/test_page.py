"""The page of a finished sweep: one file that needs nothing, says what the tables say, and hides nothing."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.command_line import called, printed

from enforcement_sim import labels, load_scenario, sweep
from enforcement_sim.errors import InputError
from enforcement_sim.places.geography import load_geography
from enforcement_sim.report.page import report_of, write_report
from enforcement_sim.report.page.changes import MEASURES
from enforcement_sim.report.page.first_picture import MONEY
from enforcement_sim.report.page.write import ORDER
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.studies.county.county_inputs import agreement_rows
from enforcement_sim.studies.page_parts import marked
from enforcement_sim.studies.place_asked import place_asked
from enforcement_sim.tables.amounts import thousands, whole

SCENARIO = """
schema: 1
name: small
title: 'Two holds <script>alert("x")</script> & two ways'
asks: What does a longer hold change?
extends: baseline
scope: {counties: ["37119", "37007"]}
period: {start: 2011-10-01, end: 2012-01-31}
replications: 2
changes:
  who-honours: {decision: honour, rule: honour-all, where: {counties: ["37119"]}}
sweep:
  detainer.hold_hours: [48, 96]
  changes.who-honours.rule: [honour-all, honour-none]
"""
MECKLENBURG, ANSON = "37119", "37007"


class Page(HTMLParser):
    """What a browser would meet: tags with their attributes, ids, and visible text by section."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.sections: dict[str, list[str]] = {}
        self._section, self._hidden = "", 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "section":
            self._section = dict(attrs)["id"] or ""
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.sections.setdefault(self._section, []).append(" ".join(data.split()))

    def text(self, section: str) -> str:
        return " ".join(self.sections[section])

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for found, attrs in self.tags if found == tag]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """Two holds by two ways to honour, two seeds, four months of a county with an agreement and a small one beside it."""
    home = tmp_path_factory.mktemp("sweep")
    (home / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    return sweep(load_scenario(home / "small.yaml"), out=home / "small", workers=1)


@pytest.fixture(scope="module")
def text(small: Sweep) -> str:
    return report_of(small.folder, [ANSON])


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


@pytest.mark.slow
def test_the_page_asks_nobody_for_anything(page: Page, text: str) -> None:
    """It opens from disk, without a network: no address but ids inside the page and data in it."""
    asked = [attrs.get(name) or "" for _, attrs in page.tags for name in ("src", "href", "action", "srcset")]
    assert all(address.startswith(("#", "data:")) for address in asked if address)
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style and "@import" not in style


@pytest.mark.slow
def test_every_address_inside_the_page_is_there_once(page: Page) -> None:
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    wanted = {(attrs["href"] or "")[1:] for attrs in page.all("a")}
    wanted |= {attrs["aria-labelledby"] or "" for _, attrs in page.tags if "aria-labelledby" in attrs}
    assert wanted <= set(ids)


@pytest.mark.slow
def test_titles_are_text_and_never_markup(page: Page, text: str) -> None:
    assert 'alert("x")' not in text
    assert "Two holds &lt;script&gt;" in text
    assert len(page.all("script")) == 1


@pytest.mark.slow
def test_every_picture_is_an_svg_with_a_description(page: Page) -> None:
    images = page.all("img")
    assert len(images) >= 8
    assert all(len(image["alt"] or "") > 40 for image in images)
    narrow = [source["srcset"] for source in page.all("source")]
    assert narrow, "the first picture has a version for a phone"
    for address in [*(image["src"] for image in images), *narrow]:
        svg = base64.b64decode((address or "").removeprefix("data:image/svg+xml;base64,"), validate=True)
        root = ElementTree.fromstring(svg)
        assert root.tag.endswith("svg") and len(list(root.iter())) > 20


@pytest.mark.slow
def test_the_answer_stands_first_and_the_sections_in_their_order(page: Page) -> None:
    assert list(page.sections)[1:] == [name for name in ORDER if name in page.sections]
    assert {"answer", "who", "mix", "cost", "counties", "doubt", "provenance"} <= set(page.sections)
    assert "What does a longer hold change?" in page.text("")
    tags = [tag for tag, _ in page.tags]
    assert tags.index("figure") < tags.index("table") < tags.index("nav")


@pytest.mark.slow
def test_what_was_varied_is_told_with_where_the_page_comes_from(page: Page) -> None:
    said = page.text("provenance")
    assert "Hold limit (hours): 96 instead of 48." in said
    assert re.search(
        r"The jail declines every detainer; followed in part: of people whose detainers they decline, jails hold all the same "
        r"[\d.]+%, instead of: The jail honours every detainer; followed exactly\.",
        said,
    )
    assert "Mecklenburg County (NC)" in said


@pytest.mark.slow
def test_the_sentence_is_the_sweeps_own_largest_paired_difference(page: Page, small: Sweep) -> None:
    measures = small.measures.set_index(["point", "seed"])["removed"].unstack()
    changes = (measures - measures.loc[0]).mean(axis="columns")
    largest = changes.abs().max()
    assert largest > 0
    said = page.text("answer")
    assert (
        f"{whole(largest)} {'fewer' if changes[changes.abs().idxmax()] < 0 else 'more'} people removed (95% interval"
        in said
    )
    assert f"instead of {whole(measures.loc[0].mean())}" in said
    assert "Changed alone, hold limit (96 h)" in said and "who is held (no detainer honoured)" in said


@pytest.mark.slow
def test_the_matrix_has_what_each_side_asks_first_with_intervals(page: Page, small: Sweep) -> None:
    said = page.text("answer")
    for row in (
        "Removed, level 1",
        "Removed, level 2",
        "Removed, no conviction",
        "Held past the limit",
        "Net cost to counties",
    ):
        assert row in said
    measures = small.measures.set_index(["point", "seed"])["ice_custody"].unstack()
    settings = [tuple(found.values()) for found in small.settings]
    change = (measures.loc[settings.index((48.0, "honour-none"))] - measures.loc[0]).mean()
    assert change < 0
    assert f"48 h, no detainer honoured: {thousands(change)} [" in said


@pytest.mark.slow
def test_removals_by_level_are_those_of_the_mix(page: Page, small: Sweep) -> None:
    mix = small.table("mix")
    here = mix[(mix["point"] == 0) & (mix["stage"] == "removed") & (mix["definition"] == "ice-levels-2010")]
    for level in ("level 1", "no conviction"):
        mean = here[here["category"] == level].groupby("seed")["count"].sum().mean()
        assert f"Removed, {level} {whole(mean)} people" in page.text("answer")


@pytest.mark.slow
def test_a_county_has_its_own_section_with_few_people_marked(page: Page, small: Sweep) -> None:
    said = page.text("counties")
    assert "Anson County, North Carolina" in said and "simulated, not a record" in said
    assert " few" in said
    mean = small.result(0, 0).counties(event="booked").set_index("fips")["count"].get(ANSON)
    other = small.result(0, 1).counties(event="booked").set_index("fips")["count"].get(ANSON)
    assert f"Booked {whole((mean + other) / 2)} [" in said


@pytest.mark.slow
def test_what_is_known_of_a_county_stands_there_in_short_with_grades_and_the_command(page: Page) -> None:
    said = page.text("counties")
    for fips in (ANSON, MECKLENBURG):  # one asked for, one that the sweep names as its place
        assert f"enforcement-sim county {fips} --out county-{fips}.html" in said
    (own,) = agreement_rows(place_asked(county=MECKLENBURG)).to_dict("records")
    assert "Bookings 33,615 in 2010, which these runs follow seen" in said  # Mecklenburg's
    assert f"How many people {load_geography().names[load_geography().index_of(ANSON)]} books is drawn" in said
    assert f"enforcement-sim report . --county {ANSON}" in said  # the county that was asked for, not the largest
    assert own["Agency"] in said and own["In force"] in said and own["Grades"] in said
    assert "Secure Communities active from 13 October 2009 seen" in said


@pytest.mark.slow
def test_both_sides_money_and_what_is_left_out_are_there(page: Page) -> None:
    sides = page.text("sides")
    assert "public safety" in sides and "liberty and community" in sides and "Money, which both sides count" in sides
    assert "statutory hold" in page.text("cost") and "induced stay" in page.text("cost")
    assert "Arrests at large" in page.text("doubt")
    assert "not uncertainty about parameters" in page.text("doubt")
    assert small_engine(page) in page.text("provenance")


def small_engine(page: Page) -> str:
    found = re.search(r"Engine ([0-9a-f]{12})", page.text("provenance") + page.text("answer"))
    assert found
    return found.group(1)


@pytest.mark.slow
def test_who_changed_is_told_by_charge(page: Page, small: Sweep) -> None:
    mix = small.table("mix")
    here = mix[(mix["point"] == 0) & (mix["stage"] == "removed") & (mix["definition"] == "charge")]
    mean = here[here["category"] == "dui"].groupby("seed")["count"].sum().mean()
    assert f"Driving under the influence {whole(mean)} people" in page.text("who")


@pytest.mark.slow
def test_every_published_definition_of_the_mix_can_be_chosen(page: Page, small: Sweep) -> None:
    known = set(small.table("mix")["definition"].astype(str))
    start = next(place for place, (_, attrs) in enumerate(page.tags) if attrs.get("data-choice") == "definition")
    end = next(place for place in range(start, len(page.tags)) if page.tags[place][0] == "section")
    assert sum(tag == "option" for tag, _ in page.tags[start:end]) == len(known) >= 5


@pytest.mark.slow
def test_from_the_shell_the_same_bytes_without_clock_or_path(small: Sweep, text: str, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    assert printed("report", str(small.folder), "--county", "Anson, NC", "--out", str(out)).strip() == str(out)
    assert out.read_text(encoding="utf-8") == text
    assert str(small.folder.parent) not in text


@pytest.mark.slow
def test_a_file_of_somebody_else_is_not_written_over(
    small: Sweep, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "thesis.html"
    mine.write_text("<html>mine</html>", encoding="utf-8")
    with pytest.raises(InputError, match="is not a report"):
        write_report(small.folder, mine)
    assert mine.read_text(encoding="utf-8") == "<html>mine</html>"
    monkeypatch.setattr(
        "enforcement_sim.report.page.write.report_of", lambda folder, counties: text
    )  # made once is enough
    written = write_report(small.folder, tmp_path / "new" / "report.html")
    first = written.read_bytes()
    assert write_report(small.folder, written).read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--county", "06037"), "county 06037 was not simulated"),
        (
            ("--county", "Ansonn, NC"),
            "unknown county 'Ansonn, NC'; allowed: a name with its state, such as 'Wake, NC', or a code, such as 37183; "
            "did you mean '37007",
        ),
    ],
)
@pytest.mark.slow
def test_bad_input_is_one_line_and_writes_nothing(
    small: Sweep,
    tmp_path: Path,
    arguments: tuple[str, ...],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "page.html"
    code, _, error = called(monkeypatch, capsys, "report", str(small.folder), *arguments, "--out", str(out))
    assert code == 2 and told in error and error.count("\n") == 1
    assert not out.exists()


def test_a_folder_without_results_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, error = called(monkeypatch, capsys, "report", str(tmp_path))
    assert code == 2 and error.count("\n") == 1
    assert not (tmp_path / "report.html").exists()


def test_few_people_are_marked_and_none_is_not() -> None:
    assert marked("19", 19.0) == "19 [few]"
    assert marked("20", 20.0) == "20"
    assert marked("0", 0.0) == "0"


@pytest.mark.slow
def test_choices_of_a_setting_open_on_the_one_that_the_answer_names(page: Page, text: str) -> None:
    assert "With no detainer honoured instead of every detainer honoured" in page.text("answer")
    for name in ("cost-setting", "card-setting", f"county-cost-{ANSON}"):
        inside = text[text.index(f'data-choice="{name}"') :]
        chosen = re.findall(r"<option selected>([^<]*)</option>", inside[: inside.index("</select>")])
        assert chosen == ["48 h, no detainer honoured"]
        opened = re.findall(r'<details class="option" open>\s*<summary>([^<]*)</summary>', inside)
        assert opened[0] == chosen[0]


@pytest.mark.slow
def test_a_count_has_one_name_wherever_it_stands(page: Page, text: str) -> None:
    """Every row of the answer and every picture of it is called as the dictionary of labels calls its measure."""
    known = {labels.measure(name)[0] for name in MEASURES}
    answer = text[text.index('<section id="answer"') : text.index('<section id="who"')]
    rows = re.findall(r'<th scope="row">([^<]*)<span class="level">', answer)
    assert len(rows) >= 12 and set(rows) <= known
    with_intervals = answer[answer.index("Every main measure: level at the reference") :]
    heads = re.findall(r'<th scope="row">([^<]*?)(?: \([^)]*\))?</th>', with_intervals)
    assert len(heads) >= 12 and set(heads) <= known
    assert page.text("answer").count(labels.measure(MONEY)[0]) >= 3  # picture, matrix and table
    for name in ("removed, no conviction", "detainer_declined", "held_citizens", MONEY, "net_cost.federal"):
        assert f"{labels.measure(name)[0]} (" in page.text("sides"), name
    ends = text[text.index('<section id="who"') :]
    rows = re.findall(r'<th scope="row">([^<]*)<span class="level">', ends[: ends.index("</table>")])
    assert {"Removed", "Returned", "Booked", labels.measure("let_go_without_hold")[0]} <= set(rows)
    assert all(
        sentence.endswith("removed") for sentence in (labels.COUNTED["removed"], labels.event("removed").lower())
    )


@pytest.mark.slow
def test_a_word_that_names_a_rule_is_explained_before_the_picture(text: str) -> None:
    before = text[text.index('<section id="answer"') : text.index("<figure>")]
    assert "\u201cno detainer honoured\u201d: The jail declines every detainer (" in before
    assert "\u201cHold limit\u201d: Hours a jail may keep a person beyond the moment of release" in before


@pytest.mark.slow
def test_cautions_stand_beside_the_numbers_that_they_are_about(page: Page) -> None:
    assert "one set of parameters)" in page.text("answer") and "where jails decline detainers" in page.text("answer")
    assert "published figure in 1 of the 2 counties" in page.text("counties")
