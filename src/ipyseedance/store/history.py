"""What people see of a project's history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .reader import Reader
from .table import frame

if TYPE_CHECKING:
    import pandas as pd


class History:
    """Every generation of a project, with its prompt, seed, cost and clip: `df` is its table.

    `len(history)` is the number of generations. A notebook shows it as its table.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @property
    def df(self) -> pd.DataFrame:
        """A pandas DataFrame, one row a generation, oldest first; `ipyseedance.store.table` lists its columns."""
        return frame(self._reader)

    def __len__(self) -> int:
        return len(self._reader)

    def _repr_html_(self) -> str:
        return self.df._repr_html_()  # type: ignore[operator,no-any-return]

    def __repr__(self) -> str:
        return f"<History of {self._reader.folder.name}: {len(self)} generations>"
