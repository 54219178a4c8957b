"""On whom ICE acts: its effort, the early gate of Secure Communities, and how the Criminal Alien Program grew.

docs/process.md, sections "Places and offices" and "In jail": *Does ICE act?*
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.process.watching import stream_of_row  # type: ignore[attr-defined]

