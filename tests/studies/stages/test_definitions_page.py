"""The page of definitions is what the package declares, and gives away nothing that is kept for a later test."""

from __future__ import annotations

from tools.make_definitions import DOCS, IMAGE, NO_RECORD, OUT, definitions_part, kept, page, recording_part

from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.recording import load_recording
from enforcement_sim.studies.validation.held_out_targets import load_held_out


def test_the_committed_page_is_current() -> None:
    assert OUT.read_text(encoding="utf-8") == page(kept()), "run: python -m tools.make_definitions"
    assert (DOCS / IMAGE).is_file()


def test_it_says_what_each_definition_counts_and_by_which_text() -> None:
    text = definitions_part()
    for name, one in load_definitions().items():
        assert f"| `{name}`<br>{one.title} |" in text
        assert one.citation in text and one.called in text and str(one.since) in text
    for name, moment in load_recording().items():
        assert f"`{name}`" in recording_part() and moment.source in recording_part()
    assert set(NO_RECORD) < set(load_definitions())


def test_what_was_measured_is_of_these_definitions() -> None:
    measured = kept()
    for name in load_definitions():
        assert (f"| `{name}` |" in measured) == (name != "charge")
    assert "Simulated, not a record." in measured


def test_no_figure_kept_for_later_is_on_it() -> None:
    text = OUT.read_text(encoding="utf-8")
    words = set(text.replace("(", " ").replace(")", " ").replace("%", "").split())
    for target in load_held_out().values():
        assert target.id not in text
        assert not {f"{target.value:g}", f"{target.value:,.0f}"} & words or target.value < 1000
        if target.unit == "share" and "conviction" in target.measures:  # the page is about nothing else
            assert f"{100 * target.value:.1f}%" not in text
