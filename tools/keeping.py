"""What is kept of a finished sweep under ``results/``: its manifest then names the files that are there, and no others."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from enforcement_sim.runs.atomic_files import readable_json, sealed
from enforcement_sim.runs.store import MANIFEST

__all__ = ["seal_what_is_kept"]


def seal_what_is_kept(folder: Path) -> None:
    """Let a manifest hold the hashes of the tables that were kept, as they were kept, and seal it again."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    kept = {name: folder / name for name in manifest["outputs"] if (folder / name).exists()}
    manifest["outputs"] = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in kept.items()}
    path.write_bytes(readable_json(sealed(manifest)))
