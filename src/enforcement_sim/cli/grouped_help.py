"""The list of commands in ``enforcement-sim --help``: grouped by what they are for, each with one line that is not cut."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

HEADINGS: dict[str, dict[str, str]] = {
    "Ask": {
        "answer": "One question about a place, in a sentence and on a page.",
        "county": "One county: known, simulated, published, not recorded.",
    },
    "Look up": {
        "rules": "Rules, agreements and activation of a place or a day.",
        "levers": "What a policy can change, with examples to copy.",
        "scenario": "Check, show and list scenarios.",
        "parameters": "Every number of the model: unit, range, source.",
        "definitions": "Who counts as criminal in which published figure.",
        "data": "Import, show and remove files of your own.",
    },
    "Simulate": {
        "run": "Simulate a scenario once.",
        "sweep": "Run all settings of a scenario under all its seeds.",
        "compare": "Compare two scenarios, or settings of a stored sweep.",
        "status": "Which runs of a results folder are done, and why not.",
        "reproduce": "Repeat runs of a results folder, and compare them.",
    },
    "Read results": {
        "report": "Write one page for a browser or for print.",
        "explore": "Try policies in a browser.",
        "card": "What each side of the debate leads with.",
        "jail-cost": "What detainers cost jails, by place and payer.",
        "stages": "Share non-criminal by stage and definition.",
        "who-changed": "Whom a policy changes, and by which decision.",
        "trace": "Explain single synthetic bookings, hour by hour.",
    },
    "Doubt and check": {
        "assumptions": "Split the gap between two sets of assumptions.",
        "sensitivity": "Rank the uncertain parameters of a result.",
        "validate": "Score simulated history against published figures.",
        "claims": "Audit published claims.",
        "calibrate": "Fit uncertain parameters to published figures.",
        "export": "Write a sweep for the EMA workbench.",
    },
    "Studies of the literature": {
        "study": "Test published studies, or yours: bias, power.",
        "panel": "A run as a panel of counties and months.",
        "records": "What an agency would have recorded of a run.",
    },
}
"""Heading -> command -> its line; a command that is not here stands under `OTHERS` with the first line of its help."""

OTHERS = "More"
WHOLE = 1000
"""Characters beyond which a line of help is cut: a longer one is wrapped."""


class GroupedHelp(TyperGroup):
    """A group of commands whose help lists them under headings."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for lines in HEADINGS.values():
            for name, line in lines.items():
                if name in self.commands:
                    self.commands[name].short_help = line

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands under their headings, all in columns of the same width."""
        commands = {name: self.commands[name] for name in self.list_commands(ctx) if not self.commands[name].hidden}
        grouped = {heading: [name for name in lines if name in commands] for heading, lines in HEADINGS.items()}
        listed = {name for names in grouped.values() for name in names}
        grouped[OTHERS] = [name for name in commands if name not in listed]
        widest = max(map(len, commands))
        for heading, names in grouped.items():
            if names:
                rows = [(name.ljust(widest), commands[name].get_short_help_str(WHOLE)) for name in names]
                with formatter.section(heading):
                    formatter.write_dl(rows)
