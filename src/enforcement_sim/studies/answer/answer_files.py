"""The files of an answer: the page, and beside it under the same name the picture as PNG and SVG and its numbers as CSV.

None of them takes the place of a file that is not the same part of an answer, and this is known before anything is computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from enforcement_sim import plots
from enforcement_sim.studies.answer.answer_page import page_of
from enforcement_sim.studies.answer.compute import Answer
from enforcement_sim.studies.answer.figure import COLUMNS, answer_figure
from enforcement_sim.studies.single_page import check_page_file, refuse_other_file, write_page

PICTURE_MARK, NUMBERS_MARK = '"engine_version"', ",".join(COLUMNS)
"""What a picture's text fields, and the first line of its numbers, have and other files have not."""
_HEAD = 20_000
"""The text fields stand in so many of a picture's first characters."""


@dataclass(frozen=True)
class AnswerFiles:
    """Where the parts of an answer are written.

    Examples
    --------
    >>> print(AnswerFiles(Path("page.html")))
    page: page.html, picture: page.png and page.svg, numbers: page.csv
    """

    page: Path

    @property
    def pictures(self) -> tuple[Path, Path]:
        """The picture as PNG and as SVG."""
        return self.page.with_suffix(".png"), self.page.with_suffix(".svg")

    @property
    def numbers(self) -> Path:
        """The numbers of the picture."""
        return self.page.with_suffix(".csv")

    def __str__(self) -> str:
        """Return in a line which file is where."""
        png, svg = self.pictures
        return f"page: {self.page}, picture: {png} and {svg}, numbers: {self.numbers}"

    def check(self) -> None:
        """Raise if one of them would take the place of something else.

        Raises
        ------
        InputError
            If the page has another ending, or one of the paths is a folder or another file.
        """
        check_page_file(self.page)
        for picture in self.pictures:
            refuse_other_file(picture, PICTURE_MARK, "a picture of this program", within=_HEAD)
        refuse_other_file(self.numbers, NUMBERS_MARK, "the numbers of an answer")

    def write(self, answer: Answer) -> None:
        """Write all of them; their folder is made if missing.

        Raises
        ------
        InputError
            As :meth:`check`.
        """
        self.check()
        write_page(page_of(answer), self.page)
        plots.save(answer_figure(answer), self.page.parent, self.page.stem)
