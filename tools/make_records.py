"""Writes the made parts of docs/records.md: the recorders with their rules, and the curve of completeness with its figure.

The rules come from the package's data, the curve from the scorecard ``results/validation.csv``, so the page is made again
whenever that is. ``python -m tools.make_records``.
"""

from __future__ import annotations

from math import isnan
from pathlib import Path

import pandas as pd
from tools.pictures import save_picture

from enforcement_sim.law.recording import load_recording
from enforcement_sim.studies.records.completeness import (
    FileShare,
    file_shares,
    load_published_files,
    predictions,
)
from enforcement_sim.studies.records.figure import completeness
from enforcement_sim.studies.records.offence_settings import load_offence_settings
from enforcement_sim.studies.records.recorder_rules import load_recorders

ROOT = Path(__file__).parents[1]
OUT, IMAGE = ROOT / "docs" / "records.md", "images/record-completeness.png"
SCORECARD = ROOT / "results" / "validation.csv"
ROUNDING = 0.0005
"""Half of the last digit of a published share."""
MARKS = {name: (f"<!-- {name}: begin -->", f"<!-- {name}: end -->") for name in ("rules", "offences", "completeness")}


def rules_part() -> str:
    """Return a list of the recorders, each with its rules."""
    lines = []
    for one in load_recorders().values():
        rules = ", ".join(f"`{rule.id}`" for rule in one.rules) or "none"
        lines.append(f"- **`{one.id}`** – {one.title}. A row: {one.holds}. Rules: {rules}.")
    table = ["| rule | what it does | its numbers | source | grade |", "|---|---|---|---|---|"]
    known = {rule.id: rule for one in load_recorders().values() for rule in one.rules}
    for rule in known.values():
        values = "; ".join(
            f"{name.replace('_', ' ')} {one.value:g} ({one.low:g} to {one.high:g}) {one.unit}"
            for name, one in rule.values.items()
        )
        table.append(f"| `{rule.id}` | {rule.does} | {values or '–'} | {rule.source} | {rule.grade} |")
    return "\n".join([*lines, "", *table])


def offences_part() -> str:
    """Return a table of the settings of imported offences."""
    table = ["| setting | meaning | value (range) | source | grade |", "|---|---|---|---|---|"]
    for name, one in load_offence_settings().items():
        value = f"{one.value:g} ({one.low:g} to {one.high:g}) {one.unit}"
        table.append(f"| `{name}` | {one.meaning} | {value} | {one.source} | {one.grade} |")
    return "\n".join(table)


def completeness_part(scorecard: pd.DataFrame) -> str:
    """Return what the curve of completeness says, in a table and a paragraph."""
    shares = file_shares(scorecard)
    files = load_published_files()
    table = [
        "| file | shows | published without | simulated without any (interval) | convictions in the file | months from issue |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for one in shares:
        mean, low, high = one.simulated
        table.append(
            f"| {files[one.id].report} | {files[one.id].shows} | {one.published:.1%} | {mean:.1%} ({low:.1%} to {high:.1%}) "
            f"| {one.complete():.0%} | {one.age[0]:.1f} to {one.age[1]:.1f} |"
        )
    fits = [
        "| fitted on | share at issue | half of the rest in | predicts | published | error |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    found = predictions(shares)
    for row in found.to_dict("records"):
        fitted = " and ".join(files[name].report.split()[-1] for name in row["fitted"].split(" and "))
        left = files[row["left_out"]].report.split()[-1]
        if isnan(row["half_months"]):
            fits.append(f"| {fitted} | {row['says']} | – | – | {left}: {row['published']:.1%} | – |")
            continue
        span = f"{row['predicted']:.1%} ({row['predicted_low']:.1%} to {row['predicted_high']:.1%})"
        fits.append(
            f"| {fitted} | {row['at_issue']:.0%} | {row['half_months']:.1f} months | {left}: {span} "
            f"| {row['published']:.1%} | {100 * row['error']:+.0f} points |"
        )
    later = load_recording()["later_file"].share
    level = f"Curves rise towards {later:.0%}, which is assumed (`later_file` in `law/recording.yaml`)."
    return "\n\n".join(
        ["\n".join(table), level, "\n".join(fits), verdict(shares, found), f"![Curve of completeness]({IMAGE})"]
    )


def verdict(shares: tuple[FileShare, ...], found: pd.DataFrame) -> str:
    """Say in words whether one curve explains all three shares."""
    below, above = found["predicted_low"] - found["published"], found["published"] - found["predicted_high"]
    if bool((below.le(ROUNDING) & above.le(ROUNDING)).any()):
        return (
            "One curve is compatible with all three shares: at least one of them lies within what the other two predict. "
            "Filling of the file alone could explain their differences; that it does is not shown."
        )
    oldest = max(shares, key=lambda one: one.age[0])
    fullest = max(shares, key=FileShare.complete)
    first = (
        f"**No curve explains all three: the change was substance, not filling.** Report {_number(oldest)} is of the oldest "
        "file, and a file that only fills up would be the most complete"
    )
    if oldest is fullest:
        return f"{first}; it is, but the shares still lie outside what the other two predict."
    return (
        f"{first}; it implies that {oldest.complete():.0%} of convictions were in it, against {fullest.complete():.0%} in "
        f"that of report {_number(fullest)}. Either its field is another "
        "(a criminal record as ICE knew it at issue, and not any conviction), or people with detainers differed in ways that "
        "the model does not have, or both. So the rule `convictions-on-file` keeps an assumed speed and a wide range."
    )


def _number(one: FileShare) -> str:
    """Return the number of the report that a share is from."""
    return load_published_files()[one.id].report.split()[-1]


def made(text: str, scorecard: pd.DataFrame) -> str:
    """Return the page with its made parts written anew."""
    parts = {"rules": rules_part(), "offences": offences_part(), "completeness": completeness_part(scorecard)}
    for name, part in parts.items():
        begin, end = MARKS[name]
        head, rest = text.split(begin)
        text = f"{head}{begin}\n\n{part}\n\n{end}{rest.split(end)[1]}"
    return text


def main() -> None:
    """Write the page and the figure."""
    scorecard = pd.read_csv(SCORECARD)
    OUT.write_text(made(OUT.read_text(encoding="utf-8"), scorecard), encoding="utf-8")
    figure = completeness(file_shares(scorecard))
    save_picture(figure, OUT.parent / IMAGE)
    print(OUT.name, "written")


if __name__ == "__main__":
    main()
