"""Pictures of the pages come from commands that the pages have."""

from __future__ import annotations

import pytest
from tools.make_images import IMAGES, PICTURES, command_of
from tools.page_blocks import ROOT


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_shown_by_the_page_whose_command_draws_it(name: str) -> None:
    picture = PICTURES[name]
    assert command_of(picture).startswith("enforcement-sim")
    assert f"images/{name}.png)" in (ROOT / picture.page).read_text(encoding="utf-8")
    assert (IMAGES / f"{name}.png").is_file()
