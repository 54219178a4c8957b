"""Where what does nothing is said: commands, Python, the report's page, notebooks, the explorer; and the tutorial's county."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import pytest
from tests.command_line import called
from tests.no_effect.test_changes import KENT, NEW_CASTLE, declines, scenario

from enforcement_sim import compare, load_scenario, run, sweep
from enforcement_sim.errors import NoEffectWarning
from enforcement_sim.explorer.choices import Choices, Override, pair_of, rules_without_effect
from enforcement_sim.explorer.controls import Controls
from enforcement_sim.explorer.session import Session
from enforcement_sim.report.page import report_of
from enforcement_sim.runs.design import design_of
from enforcement_sim.scenarios.address import dump
from enforcement_sim.scenarios.schema import Scenario

AWAY, LATE, ACTS, BESIDE = (
    declines(where={"states": ["CA"]}),
    declines(**{"from": "2013-01-01"}),
    declines(),
    declines(where={"counties": [KENT]}),
)
SAYS_AWAY = "changes.no: does nothing: its places (California) are not among those simulated"
SAYS_LATE = "changes.no: does nothing: it begins on 2013-01-01, after the period's last day (2012-01-04)"
SAYS_BESIDE = "changes.no: acts only outside the places reported (New Castle County (DE))"
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


def small(change: dict[str, Any], **settings: Any) -> Scenario:
    """Return four days in one county with a short warm start, and one change laid over it."""
    short = {"period.end": "2012-01-04", "start.warm_days": 5, "replications": 2, "simulate": "alone"}
    return scenario({"no": change}, **{**short, **settings})


def written(folder: Path, what: Scenario) -> str:
    path = folder / "idle.yaml"
    path.write_text(dump(what.resolved()), encoding="utf-8")
    return str(path)


Call = tuple[pytest.MonkeyPatch, pytest.CaptureFixture[str]]


def said(tools: Call, *words: str) -> list[str]:
    """Return the lines of standard error of a command that goes well, and nothing of them on standard output."""
    code, out, err = called(*tools, *words)
    assert code == 0
    assert "does nothing" not in out
    return [line for line in err.splitlines() if line.startswith(("warning: ", "note: "))]


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    monkeypatch.chdir(tmp_path)
    return monkeypatch, capsys


# ---- commands -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [("scenario", "check"), ("run",), ("sweep", "--no-figures", "--workers", "1"), ("sweep", "--dry-run")],
    ids=" ".join,
)
@pytest.mark.slow
def test_commands_say_it_in_one_line_on_standard_error(tools: Call, tmp_path: Path, command: tuple[str, ...]) -> None:
    (line,) = said(tools, *command, written(tmp_path, small(AWAY)))
    assert line.startswith(f"warning: {SAYS_AWAY}")
    assert "`where`" in line


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_change_that_does_something_is_not_told_of(tools: Call, tmp_path: Path, command: str) -> None:
    words = ("scenario", "check") if command == "check" else ("run",)
    assert said(tools, *words, written(tmp_path, small(ACTS))) == []


def test_what_acts_beside_the_places_reported_is_a_note(tools: Call, tmp_path: Path) -> None:
    (line,) = said(tools, "scenario", "check", written(tmp_path, small(BESIDE, simulate="offices")))
    assert line.startswith(f"note: {SAYS_BESIDE}")


def test_of_several_scenarios_it_is_said_whose_it_is(tools: Call, tmp_path: Path) -> None:
    path = written(tmp_path, small(AWAY))
    (line,) = said(tools, "scenario", "check", "baseline", path)
    assert line.startswith(f"warning: {path}: {SAYS_AWAY}")


def test_a_reference_that_repeats_history_is_no_warning_where_the_sweep_goes_on(tools: Call) -> None:
    """`run` takes the first setting of the sweep, `as-scheduled` and `as-agreed`: history, on purpose."""
    short = {"period.start": "2012-01-01", "period.end": "2012-01-04", "scope": {"counties": ["13067"]}}
    settings = [f"{address}={value}" for address, value in short.items() if address != "scope"]
    settings += ["scope={counties: ['13067']}", "simulate=alone", "start.warm_days=5"]
    assert said(tools, "run", "programmes", *(word for one in settings for word in ("--set", one))) == []


@pytest.mark.slow
def test_a_comparison_says_it_of_both_sides_and_of_stored_ones(tools: Call, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with pytest.warns(NoEffectWarning):
        sweep(small(LATE, name="kept"), out=folder, workers=1)
    path = written(tmp_path, small(AWAY, name="away"))
    first, second = said(tools, "compare", str(folder), path, "--workers", "1")
    assert first.startswith(f"warning: kept: {SAYS_LATE}")
    assert second.startswith(f"warning: away: {SAYS_AWAY}")


# ---- Python ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_python_warns_once_of_each(tmp_path: Path) -> None:
    with pytest.warns(NoEffectWarning, match=re.escape(SAYS_LATE)) as told:
        run(small(LATE))
    assert len(told) == 1 and told[0].filename == __file__
    with pytest.warns(NoEffectWarning, match=re.escape(SAYS_AWAY)) as told:
        sweep(small(AWAY), out=tmp_path / "one", workers=1)
    assert len(told) == 1 and told[0].filename == __file__
    with pytest.warns(NoEffectWarning) as told:
        compare(small(AWAY, name="a"), small(LATE, name="b"), replications=2, workers=1)
    assert [str(one.message).split(" does")[0] for one in told] == ["a: changes.no:", "b: changes.no:"]
    assert told[0].filename == __file__


def test_python_does_not_warn_of_what_does_something(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", NoEffectWarning)
        run(small(ACTS))
        sweep(small(ACTS), out=tmp_path / "one", workers=1)


def test_two_scenarios_that_are_one_world_are_told_of() -> None:
    with pytest.warns(NoEffectWarning, match="scenario: b makes the same world as a") as told:
        compare(small(ACTS, name="a"), small(declines(), name="b"), replications=2, workers=1)
    assert len(told) == 1


# ---- pages ----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_page_of_a_sweep_says_it_with_the_answer(tmp_path: Path) -> None:
    with pytest.warns(NoEffectWarning):
        sweep(small(AWAY), out=tmp_path / "idle", workers=1)
    page = report_of(tmp_path / "idle", [])
    section = page[page.index('id="answer"') : page.index('id="who"')]
    assert f'<p class="warning">{SAYS_AWAY}' in section


def test_a_notebook_shows_it_with_the_scenario() -> None:
    assert f"Warning: {SAYS_AWAY}" in small(AWAY)._repr_html_()
    assert f"Note: {SAYS_BESIDE}" in small(BESIDE, simulate="offices")._repr_html_()
    assert "Warning" not in small(ACTS)._repr_html_()


class Idle:
    """A pool that computes nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


def notes(controls: Controls) -> dict[str, str]:
    """Return what stands under the rules of each decision."""
    return {rows.decision: str(rows.note.object) for rows in controls.rows if rows.note.object}


def explored(monkeypatch: pytest.MonkeyPatch, **chosen: Any) -> dict[str, str]:
    """Return what the explorer writes beside the rules of a page that was just opened."""
    from enforcement_sim.explorer import session
    from enforcement_sim.explorer.choices import query_of

    monkeypatch.setattr(session.Query, "ask", lambda *_: None)
    choices = Choices(place=NEW_CASTLE, first="2012-01-01", last="2012-01-31", **chosen)
    opened = Session(Idle(), query_of(choices))  # type: ignore[arg-type]
    try:
        return notes(opened.controls)
    finally:
        opened.close()


def test_the_explorer_says_it_beside_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    laid = (Override("honour", "honour-none", where="CA"), Override("sharing", "not-shared", "2012-01-31"))
    told = explored(monkeypatch, overrides=laid)
    assert set(told) == {"honour"}
    assert "does nothing: its places (California) are not among those simulated" in told["honour"]
    assert explored(monkeypatch, overrides=laid[1:]) == {}


def test_the_explorer_says_it_of_a_parameter_under_the_parameters() -> None:
    choices = Choices(place=NEW_CASTLE, last="2010-10-31", settings=("institutions.review_share=0.5",))
    controls = Controls(choices, lambda: None)
    controls.show_no_effect(rules_without_effect(choices, pair_of(choices)[1]))
    assert "institutions.review_share: does nothing: read only" in str(controls.settings_note.object)
    on = Choices(place=NEW_CASTLE, last="2010-10-31", settings=(*choices.settings, "institutions.review_measure=1"))
    controls.show_no_effect(rules_without_effect(on, pair_of(on)[1]))
    assert not controls.settings_note.object


def test_the_explorer_says_of_a_day_of_sharing_only_what_neither_half_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert explored(monkeypatch, activated="2012-01-15") == {}
    assert (
        "does nothing" in explored(monkeypatch, overrides=(Override("honour", "honour-none", "2013-01-01"),))["honour"]
    )


# ---- the tutorial ---------------------------------------------------------------------------------------------------------


def test_the_tutorial_says_to_change_both_places_and_forgetting_one_is_told(tmp_path: Path) -> None:
    text = TUTORIAL.read_text(encoding="utf-8")
    block = re.search(r"<!-- file: early-trust.yaml -->\n```yaml\n(.*?)```", text, re.DOTALL)
    assert block is not None
    file = block[1]
    own = re.search(r"`scope: (\{[^`]*\})` and `where: (\{[^`]*\})`", text)
    assert own is not None
    scope, where = own.groups()
    path = tmp_path / "early-trust.yaml"

    def idle(written: str) -> list[str]:
        path.write_text(written, encoding="utf-8")
        return [str(one) for one in design_of(load_scenario(path)).without_effect()]

    assert idle(file) == []
    only_scope = re.sub(r"(?m)^scope: \{.*?\}", f"scope: {scope}", file)
    assert only_scope != file
    (told,) = idle(only_scope)
    assert told.startswith("changes.who-honours: does nothing: its places (California) are not among those simulated")
    both = re.sub(r"(?m)^    where: \{.*?\}", f"    where: {where}", only_scope)
    assert both != only_scope and idle(both) == []


def test_no_file_of_the_documentation_has_anything_idle_but_the_one_that_shows_it(tmp_path: Path) -> None:
    """Files may extend one another, so all are written before any is looked at."""
    pages = sorted(TUTORIAL.parent.rglob("*.md"))
    blocks = [
        block
        for page in pages
        for block in re.findall(
            r"<!-- file: (\S+\.yaml) -->\n```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL
        )
    ]
    scenarios = {name: text for name, text in blocks if "\nextends:" in text}
    for name, text in scenarios.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    idle = {name for name in scenarios if design_of(load_scenario(tmp_path / name)).without_effect()}
    assert "early-trust.yaml" in scenarios and "late-screening.yaml" in scenarios
    assert idle == {"forgotten.yaml"}
