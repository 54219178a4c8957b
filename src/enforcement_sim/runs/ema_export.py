"""Export of finished sweeps to the EMA Workbench: a table of experiments and a dictionary of outcomes.

The workbench (Kwakkel 2017, Environmental Modelling & Software 96, 239-250) has tools for scenario discovery, such as
PRIM, which find the assumptions under which a policy fails. Its results are a pair: a table with one row for each
experiment, containing the uncertain parameters, the levers, and the names of scenario, policy and model; and for each
outcome an array in the same order. Its scenarios are the draws of this package, its policies the points. Names become
identifiers, as required by its version 3: ``removed.jail_287g`` is ``removed_jail_287g``. The file can be read by
``load_results``; the workbench is not needed to write it.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import load_register
from enforcement_sim.runs.atomic_files import write_atomic
from enforcement_sim.runs.design import label_of, settings_frame
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.scenarios.plan import DIFFERENCE, LEVEL
from enforcement_sim.tables.csv_text import csv_text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


FILE = "workbench.tar.gz"
FORM = 0.1
"""Version of the file format of the workbench."""

MODEL = "enforcement_sim"
EFFECT = "difference_in_"
"""Prefix of the names of paired differences from the reference policy."""


def experiments_and_outcomes(
    found: Sweep, measures: Sequence[str] | None = None
) -> tuple[pd.DataFrame, dict[str, NDArray[np.float64]]]:
    """Return a sweep as experiments and outcomes.

    Returns
    -------
    DataFrame
        One row for each draw and point that was run: a column for each uncertain parameter and each lever (numbers
        as numbers, integers if the register says so; anything else as a category), then ``scenario`` (the number of
        the draw), ``policy`` (the label of the point) and ``model``.
    dict of str to array
        For each measure its mean over seeds; and, if there are several policies, its mean paired difference from the
        reference with the prefix ``difference_in_`` (zero at the reference).
    """
    import pandas as pd

    chosen = found.check_measures(measures)
    rows = found.measures if found.draws else found.measures.assign(draw=0)
    ran = rows[["draw", "point"]].drop_duplicates().sort_values(["draw", "point"], ignore_index=True)
    settings, drawn = settings_frame(found.settings), pd.DataFrame(found.draws)
    columns: dict[str, Any] = {}
    for table, places in ((drawn, ran["draw"]), (settings, ran["point"])):
        for address in table.columns:
            columns[identifier(str(address))] = _typed(str(address), table[address].iloc[places].reset_index(drop=True))
    if len(columns) < len(drawn.columns) + len(settings.columns):
        raise InputError("two varied addresses have the same name after replacing dots and hyphens by underscores")
    labels = [label_of(one) or str(found.manifest["scenario"]["name"]) for one in found.settings]
    columns["scenario"] = ran["draw"].astype("category")
    columns["policy"] = ran["point"].map(dict(enumerate(labels))).astype("category")
    columns["model"] = pd.Series([MODEL] * len(ran)).astype("category")
    outcomes: dict[str, NDArray[np.float64]] = {}
    for of in (LEVEL, DIFFERENCE) if len(found.settings) > 1 else (LEVEL,):
        for measure in chosen:
            table = found.seed_means(measure, of)
            cells = pd.MultiIndex.from_frame(ran)
            values = table.stack(future_stack=True).reindex(cells)
            outcomes[(EFFECT if of == DIFFERENCE else "") + identifier(measure)] = values.to_numpy(dtype=float)
    return pd.DataFrame(columns), outcomes


def write_ema_archive(found: Sweep, path: Path | None = None, measures: Sequence[str] | None = None) -> Path:
    """Write a sweep as a file for ``load_results`` of the workbench; equal sweeps give equal bytes.

    Parameters
    ----------
    path : Path, optional
        ``workbench.tar.gz`` in the sweep's folder unless given.
    measures : sequence of str, optional
        All unless given.
    """
    experiments, outcomes = experiments_and_outcomes(found, measures)
    described = {
        "version": FORM,
        "outcomes": [["ScalarOutcome", name, f"{name}.cls"] for name in outcomes],
        "experiments": {str(name): str(kind) for name, kind in experiments.dtypes.items()},
    }
    files = {"experiments.csv": csv_text(experiments)}
    # Write NaN explicitly: the reader would skip an empty line and shift the following values.
    files |= {
        f"{name}.cls": "".join(f"{value!r}\n" for value in map(float, values)) for name, values in outcomes.items()
    }
    files["metadata.json"] = json.dumps(described)
    content = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=content, mode="wb", filename="", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, text in files.items():
            data = text.encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    target = found.folder / FILE if path is None else Path(path)
    write_atomic(target, content.getvalue())
    return target


def identifier(name: str) -> str:
    """Return a dotted name as an identifier.

    Examples
    --------
    >>> identifier("changes.who-honours.rule")
    'changes_who_honours_rule'
    """
    return re.sub(r"\W", "_", name)


def _typed(address: str, values: pd.Series) -> pd.Series:
    """Return a column with the type by which the workbench distinguishes real, integer and categorical values."""
    import pandas as pd

    parameter = load_register().get(address)
    if parameter is not None:
        return values.astype("int64") if parameter.integer else values.astype("float64")
    return values if pd.api.types.is_numeric_dtype(values) else values.astype("category")
