"""County outlines: decode the topology, find neighbours, project, thin and pack.

The source is TopoJSON: the boundary between two counties is stored once, as an arc that both refer to. So neighbours are the
counties that share an arc, and thinning arc by arc leaves no slivers between counties.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

# Counties with no land border, or joined by a bridge or regular ferry that the outlines do not show.
FERRIES_AND_BRIDGES = (
    ("25019", "25001"),  # Nantucket - Barnstable, Massachusetts: ferry
    ("25007", "25001"),  # Dukes - Barnstable, Massachusetts: ferry
    ("53055", "53057"),  # San Juan - Skagit, Washington: ferry
    ("53035", "53033"),  # Kitsap - King, Washington: ferry
    ("36085", "36047"),  # Richmond - Kings, New York: Verrazzano bridge
    ("26097", "26047"),  # Mackinac - Emmet, Michigan: Mackinac bridge
    ("15007", "15003"),  # Kauai - Honolulu, Hawaii: by air
    ("15003", "15009"),  # Honolulu - Maui, Hawaii: by air
    ("15009", "15001"),  # Maui - Hawaii, Hawaii: by air
    ("02016", "02013"),  # Aleutians West - Aleutians East, Alaska: by sea
)

# Albers equal-area conic projections: standard parallels and origin, in degrees, as the U.S. Geological Survey uses
# them.
CONTIGUOUS = (29.5, 45.5, 37.5, -96.0)
ALASKA = (55.0, 65.0, 50.0, -154.0)
HAWAII = (8.0, 18.0, 13.0, -157.0)
# Insets: scale, then where the middle of the inset goes, in earth radii from the origin of the contiguous map.
ALASKA_INSET = (0.35, (0.0, 0.22), (-0.285, -0.155))
HAWAII_INSET = (1.0, (0.0, 0.14), (-0.135, -0.175))
ALASKA_FIPS, HAWAII_FIPS = "02", "15"

GRID_CELLS_PER_RADIUS = 16_000  # about 400 m a cell
THINNING_TOLERANCE = 2.0  # grid cells: about 800 m, well under a pixel of a national map
SMALLEST_RING_AREA = 12.0  # square grid cells; smaller islands are dropped unless they are all of a county
FEWEST_POINTS = 4


@dataclass
class Outlines:
    """Neighbours of every county, and its outline as references into a list of thinned arcs."""

    neighbours: list[list[int]]
    arcs: list[np.ndarray]
    rings: list[list[list[int]]]

    def packed(self, provenance: str) -> bytes:
        """The outlines as a NumPy archive with fixed timestamps, so that the same outlines give the same bytes."""
        ring_of_county = [len(rings) for rings in self.rings]
        ring_lengths = [len(ring) for rings in self.rings for ring in rings]
        references = [arc for rings in self.rings for ring in rings for arc in ring]
        steps = [np.diff(arc, axis=0) for arc in self.arcs]
        members = {
            "provenance": np.array(
                "County outlines in an Albers equal-area projection, Alaska and Hawaii as insets, thinned and rounded to a"
                f" grid. Built by: python tools/build_geography.py. Packages: {provenance}"
            ),
            "grid_cells_per_radius": np.array(GRID_CELLS_PER_RADIUS, dtype=np.int32),
            "arc_starts": np.array([arc[0] for arc in self.arcs], dtype=np.int16),
            "arc_steps": np.concatenate(steps).astype(np.int16),
            "arc_step_counts": np.array([len(step) for step in steps], dtype=np.int16),
            "rings_of_county": np.array(ring_of_county, dtype=np.int16),
            "arcs_of_ring": np.array(ring_lengths, dtype=np.int16),
            "arc_references": np.array(references, dtype=np.int16),
        }
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
            for name, array in members.items():
                content = io.BytesIO()
                np.save(content, array, allow_pickle=False)
                file.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED, 9)
        return archive.getvalue()


def read_outlines(path: Path, codes_in_file: list[str], codes: list[str]) -> Outlines:
    """Decode the topology for the counties named, in their order."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    geometries = {geometry["id"]: geometry for geometry in topology["objects"]["counties"]["geometries"]}
    rings = [rings_of(geometries[code]) for code in codes_in_file]
    arcs = {}
    inset = {}
    for code, county in zip(codes, rings, strict=True):
        for ring in county:
            for reference in ring:
                arc = reference if reference >= 0 else ~reference
                inset[arc] = code[:2]
    for arc, state in inset.items():
        arcs[arc] = thinned(projected(degrees(topology, arc), state))
    kept = [visible(county, arcs) for county in rings]
    order = sorted(
        {reference if reference >= 0 else ~reference for county in kept for ring in county for reference in ring}
    )
    number = {arc: index for index, arc in enumerate(order)}
    renumbered = [[[number[ref] if ref >= 0 else ~number[~ref] for ref in ring] for ring in county] for county in kept]
    return Outlines(neighbours_from(rings, codes), [arcs[arc] for arc in order], renumbered)


def rings_of(geometry: dict[str, Any]) -> list[list[int]]:
    """All rings of a polygon or multipolygon, as lists of signed arc references."""
    if geometry["type"] == "Polygon":
        return list(geometry["arcs"])
    return [ring for polygon in geometry["arcs"] for ring in polygon]


def neighbours_from(rings: list[list[list[int]]], codes: list[str]) -> list[list[int]]:
    """Counties that refer to the same arc, and those linked by ferry or bridge; each list ascending."""
    owners: dict[int, set[int]] = {}
    for county, county_rings in enumerate(rings):
        for ring in county_rings:
            for reference in ring:
                owners.setdefault(reference if reference >= 0 else ~reference, set()).add(county)
    near: list[set[int]] = [set() for _ in codes]
    position = {code: index for index, code in enumerate(codes)}
    pairs = [tuple(sorted(pair)) for pair in owners.values() if len(pair) == 2]
    pairs += [(position[first], position[second]) for first, second in FERRIES_AND_BRIDGES]
    for first, second in pairs:
        near[first].add(second)
        near[second].add(first)
    return [sorted(found) for found in near]


def degrees(topology: dict[str, Any], arc: int) -> np.ndarray:
    """Longitude and latitude along an arc."""
    steps = np.array(topology["arcs"][arc], dtype=np.int64)
    transform = topology["transform"]
    return np.asarray(np.cumsum(steps, axis=0) * transform["scale"] + transform["translate"])


def albers(points: np.ndarray, parallels_and_origin: tuple[float, float, float, float]) -> np.ndarray:
    """Albers equal-area conic coordinates on the unit sphere (Snyder, Map Projections: A Working Manual, ch. 14)."""
    first, second, latitude, meridian = np.radians(parallels_and_origin)
    longitude = np.radians(points[:, 0])
    # The western Aleutians lie beyond the 180th meridian: bring them round so that the chain is in one piece.
    longitude = np.where(longitude > 0, longitude - 2 * np.pi, longitude)
    cone = (np.sin(first) + np.sin(second)) / 2
    constant = np.cos(first) ** 2 + 2 * cone * np.sin(first)
    radius = np.sqrt(constant - 2 * cone * np.sin(np.radians(points[:, 1]))) / cone
    origin = np.sqrt(constant - 2 * cone * np.sin(latitude)) / cone
    angle = cone * (longitude - meridian)
    return np.stack([radius * np.sin(angle), origin - radius * np.cos(angle)], axis=1)


def projected(points: np.ndarray, state: str) -> np.ndarray:
    """Grid coordinates of a line, in the inset of its state."""
    if state == ALASKA_FIPS:
        scale, middle, place = ALASKA_INSET
        plane = (albers(points, ALASKA) - middle) * scale + place
    elif state == HAWAII_FIPS:
        scale, middle, place = HAWAII_INSET
        plane = (albers(points, HAWAII) - middle) * scale + place
    else:
        plane = albers(points, CONTIGUOUS)
    return np.asarray(np.rint(plane * GRID_CELLS_PER_RADIUS), dtype=np.int64)


def thinned(line: np.ndarray) -> np.ndarray:
    """Douglas-Peucker: keep the ends and every point that lies further than the tolerance from the line through its kept ones."""
    keep = np.zeros(len(line), dtype=bool)
    keep[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    while spans:
        start, end = spans.pop()
        if end - start < 2:
            continue
        between = line[start + 1 : end] - line[start]
        chord = line[end] - line[start]
        length = float(np.hypot(*chord))
        if length > 0:
            distance = np.abs(chord[0] * between[:, 1] - chord[1] * between[:, 0]) / length
        else:
            distance = np.hypot(between[:, 0], between[:, 1])
        furthest = int(np.argmax(distance))
        if distance[furthest] > THINNING_TOLERANCE:
            keep[start + 1 + furthest] = True
            spans += [(start, start + 1 + furthest), (start + 1 + furthest, end)]
    return np.asarray(line[keep])


def visible(county: list[list[int]], arcs: dict[int, np.ndarray]) -> list[list[int]]:
    """The rings big enough to draw, and always the biggest."""
    areas = [ring_area(ring, arcs) for ring in county]
    biggest = max(areas)
    return [ring for ring, area in zip(county, areas, strict=True) if area >= min(SMALLEST_RING_AREA, biggest)]


def ring_area(ring: list[int], arcs: dict[int, np.ndarray]) -> float:
    """Area inside a ring, square grid cells."""
    points = np.concatenate([arcs[ref] if ref >= 0 else arcs[~ref][::-1] for ref in ring])
    x, y = points[:, 0], points[:, 1]
    return (
        float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2) if len(points) >= FEWEST_POINTS else 0.0
    )
