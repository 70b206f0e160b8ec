"""K2."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from . import _arguments, _rows
from .MASTSearch import MissionSearch

if TYPE_CHECKING:
    from typing_extensions import Self


class K2Search(MissionSearch):
    """What the archive has of a target from K2: the mission's products, and those of the community unless `hlsp` is False.

    `campaign` is one or several; "9a" and "9b" are the halves of one that was split. The rest is as for MASTSearch.
    """

    _MISSION = "k2"
    _REPR_COLUMNS = ["target_name", "pipeline", "mission", "campaign", "exptime", "distance", "year", "description"]

    def __init__(
        self,
        target: Any = None,
        obs_table: pd.DataFrame | None = None,
        prod_table: pd.DataFrame | None = None,
        table: pd.DataFrame | None = None,
        search_radius: Any = None,
        exptime: Any = (0, 9999),
        pipeline: Any = None,
        campaign: Any = None,
        hlsp: bool = True,
    ) -> None:
        asked = {"hlsp": bool(hlsp), "campaign": _arguments.counts(campaign)}
        self._start(target, obs_table, prod_table, table, search_radius, exptime, pipeline, asked)

    @property
    def campaign(self) -> Any:
        """Campaign of each row as a text: "3", "09a"."""
        return _rows.values(self.table["campaign"])

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
        campaign: Any = None,
        limit: int | None = None,
        inplace: bool = False,
    ) -> "Self | None":
        """The rows that pass all of these; see MASTSearch."""
        filters = _arguments.filters(target_name, pipeline, mission, exptime, distance, year, description, filetype, limit)
        return self._give(self._filtered(**filters, campaign=_arguments.counts(campaign)), inplace)
