"""Small files in the layouts that agencies publish, made for a test and never copied from them."""

from __future__ import annotations

from pathlib import Path

KENT, NEW_CASTLE, SUSSEX = "10001", "10003", "10005"

ROSTER = """Secure Communities: Activated Jurisdictions,,,
As of January 22 2013,,,
AOR,State,County,Activation Date
PHI,Delaware,Kent,12/1/2011
PHI,DE,New Castle County,27-Oct-2009
"""

CENSUS = """GEO_ID,NAME,B05001_001E,B05001_001M,B05001_005E,B05001_006E,B05001_006M
Geography,Geographic Area Name,Estimate!!Total:,Margin of Error!!Total:,Estimate,Estimate,Margin of Error
0100000US,United States,309138711,*****,17000000,22000000,50000
0500000US10001,"Kent County, Delaware",162310,*****,4000,5000,500
"""

BOOKINGS = """fips,month,bookings
10001,2012-01,900
10001,2012-02,300
"""


def written(folder: Path, content: str, name: str = "file.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path
