"""County codes of the command line: read as in a scenario, with a notice where a code is an earlier or a later one."""

from __future__ import annotations

__all__ = ["chosen_county"]


def chosen_county(written: str, key: str = "--county") -> str:
    """Return the code of the period of a county that the command line names.

    Raises
    ------
    InputError
        If it is none, with the nearest ones.

    Examples
    --------
    >>> chosen_county("12021")
    '12021'
    """
    from enforcement_sim.errors import InputError, tell
    from enforcement_sim.places.county_codes import read_county

    try:
        county = read_county(written)
    except InputError as error:
        raise InputError(error.message, key=key, allowed=error.allowed, nearest=error.nearest) from None
    if county.notice:
        tell(county.notice, key=key)
    return county.fips
