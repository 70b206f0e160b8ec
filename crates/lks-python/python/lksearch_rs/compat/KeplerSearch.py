"""Kepler."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from . import _arguments, _rows
from .MASTSearch import MissionSearch

if TYPE_CHECKING:
    from typing_extensions import Self


class KeplerSearch(MissionSearch):
    """What the archive has of a target from Kepler: the mission's products, and those of the community unless `hlsp` is False.

    `quarter` is one or several; `month` is 1 to 3, of short cadence. The rest is as for MASTSearch.
    """

    _MISSION = "kepler"
    _REPR_COLUMNS = ["target_name", "pipeline", "mission", "quarter", "exptime", "distance", "year", "description"]

    def __init__(
        self,
        target: Any = None,
        obs_table: pd.DataFrame | None = None,
        prod_table: pd.DataFrame | None = None,
        table: pd.DataFrame | None = None,
        search_radius: Any = None,
        exptime: Any = (0, 9999),
        pipeline: Any = None,
        quarter: Any = None,
        month: Any = None,
        hlsp: bool = True,
    ) -> None:
        kept = {"quarter": _arguments.counts(quarter), "month": _arguments.counts(month)}
        self._start(target, obs_table, prod_table, table, search_radius, exptime, pipeline, {"hlsp": bool(hlsp)}, kept)

    @property
    def quarter(self) -> Any:
        """Quarter of each row; NaN where it has none."""
        return _rows.values(self.table["quarter"])

    def filter_table(  # type: ignore[override]
        self,
        target_name: Any = None,
        pipeline: Any = None,
        mission: Any = None,
        exptime: Any = None,
        distance: Any = None,
        year: Any = None,
        description: Any = None,
        filetype: Any = None,
        limit: int | None = None,
        inplace: bool = False,
        quarter: Any = None,
        month: Any = None,
    ) -> "Self | None":
        """The rows that pass all of these; see MASTSearch."""
        filters = _arguments.filters(target_name, pipeline, mission, exptime, distance, year, description, filetype, limit)
        found = self._filtered(**filters, quarter=_arguments.counts(quarter), month=_arguments.counts(month))
        return self._give(found, inplace)
