"""When Secure Communities became active in each county, from typed months and typed state counts.

The months of the largest jurisdictions are known one by one. For the others only the number active in their state at the end
of each quarter is typed; they are taken in order of non-citizens, largest first, which is how ICE said it planned the
roll-out. Activations fell on Tuesdays as a rule, so a county without a typed day gets a Tuesday.
"""

from __future__ import annotations

import datetime as dates
from collections import defaultdict

import numpy as np

Typed = list[dict[str, str]]

TUESDAY = 1
MIDDLE_OF_MONTH = 15
MONTH_LENGTH_OF_TEXT = len("2009-01")
WEEK = dates.timedelta(days=7)
# ICE: the pilot began in Harris County on 27 October 2008; all jurisdictions were active on 22 January 2013.
FIRST_DAY, LAST_DAY = dates.date(2008, 10, 27), dates.date(2013, 1, 22)


def tuesday_on_or_after(day: dates.date) -> dates.date:
    """The first Tuesday from `day` on."""
    return day + dates.timedelta(days=(TUESDAY - day.weekday()) % 7)


def month_end(text: str) -> dates.date:
    """The last day of a month written YYYY-MM (or the day, if one is written), within the roll-out."""
    if len(text) > MONTH_LENGTH_OF_TEXT:
        return dates.date.fromisoformat(text)
    year, month = int(text[:4]), int(text[5:7])
    following = dates.date(year + month // 12, month % 12 + 1, 1)
    return min(following - dates.timedelta(days=1), LAST_DAY)


def typed_day(text: str) -> dates.date:
    """The day typed, or for a month alone the Tuesday nearest its middle."""
    if len(text) > MONTH_LENGTH_OF_TEXT:
        return dates.date.fromisoformat(text)
    middle = dates.date.fromisoformat(f"{text}-{MIDDLE_OF_MONTH}")
    return tuesday_on_or_after(middle - dates.timedelta(days=3))


def tuesdays(first: dates.date, last: dates.date) -> list[dates.date]:
    """All Tuesdays from `first` to `last`; the last day itself if there is none."""
    found = []
    day = tuesday_on_or_after(first)
    while day <= last:
        found.append(day)
        day += WEEK
    return found or [last]


def activation_table(
    fips: list[str], postal: list[str], noncitizens: np.ndarray, months: Typed, counts: Typed
) -> list[list[object]]:
    """Rows of FIPS code, date and basis, in the order of `fips`."""
    days: dict[str, dates.date] = {row["fips"]: typed_day(row["active_from"]) for row in months}
    basis = dict.fromkeys(days, "month")
    members: dict[str, list[int]] = defaultdict(list)
    for index, state in enumerate(postal):
        members[state].append(index)
    quarters = [name for name in counts[0] if name[:4].isdigit()]
    for row in counts:
        waiting = [index for index in members[row["postal"]] if fips[index] not in days]
        waiting.sort(key=lambda index: (-noncitizens[index], index))
        first = max(dates.date.fromisoformat(f"{row['first_month'][:MONTH_LENGTH_OF_TEXT]}-01"), FIRST_DAY)
        last = month_end(row["last_month"])
        # A state whose counties all came in one month was activated at one stroke.
        at_once = [typed_day(row["first_month"])] if row["first_month"] == row["last_month"] else []
        start = first
        for quarter in quarters:
            end = dates.date.fromisoformat(quarter)
            active = sum(days[fips[i]] <= end for i in members[row["postal"]] if fips[i] in days)
            new = int(row[quarter]) - active
            if new < 0 or new > len(waiting):
                raise ValueError(f"{row['postal']} {quarter}: {row[quarter]} active typed, {active} dated already")
            choices = at_once or tuesdays(start, max(start, min(end, last)))
            for place, index in enumerate(waiting[:new]):
                days[fips[index]] = choices[place * len(choices) // new]
                basis[fips[index]] = "count"
            waiting = waiting[new:]
            start = max(first, end + dates.timedelta(days=1))
    return [[code, days[code].isoformat() if code in days else "", basis.get(code, "")] for code in fips]
