"""TESS."""

from typing import TYPE_CHECKING, Any, NoReturn

import pandas as pd

from . import _arguments, _download, _rows
from .MASTSearch import MissionSearch
from .utils import SearchDeprecationError

if TYPE_CHECKING:
    from typing_extensions import Self


class TESSSearch(MissionSearch):
    """What the archive has of a target from TESS: the mission's products, cutouts of full-frame images, and the community's products
    unless `hlsp` is False.

    `sector` is one or several. The rest is as for MASTSearch.
    """

    _MISSION = "tess"
    _REPR_COLUMNS = ["target_name", "pipeline", "mission", "sector", "exptime", "distance", "year", "description"]

    def __init__(
        self,
        target: Any = None,
        obs_table: pd.DataFrame | None = None,
        prod_table: pd.DataFrame | None = None,
        table: pd.DataFrame | None = None,
        search_radius: Any = None,
        exptime: Any = (0, 9999),
        pipeline: Any = None,
        sector: Any = None,
        hlsp: bool = True,
    ) -> None:
        asked = {"hlsp": bool(hlsp), "sector": _arguments.counts(sector), "exptime": _arguments.exptime(exptime)}
        self._start(target, obs_table, prod_table, table, search_radius, exptime, pipeline, asked)

    @property
    def sector(self) -> Any:
        """Sector of each row; NaN where it has none."""
        return _rows.values(self.table["sector"])

    @property
    def tesscut(self) -> "Self":
        """Only cutouts of full-frame images."""
        return self._filtered(kind="tesscut")

    def search_sector_ffis(self, sector: Any = None, **extra_query_criteria: Any) -> NoReturn:
        """Raises SearchDeprecationError: the archive's full-frame images can no longer be searched for one by one."""
        raise SearchDeprecationError(
            "search_sector_ffis is deprecated: the archive no longer answers for single full-frame images. `.tesscut` gives cutouts of them"
        )

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
        sector: Any = None,
    ) -> "Self | None":
        """The rows that pass all of these; see MASTSearch."""
        filters = _arguments.filters(target_name, pipeline, mission, exptime, distance, year, description, filetype, limit)
        return self._give(self._filtered(**filters, sector=_arguments.counts(sector)), inplace)

    def download(  # type: ignore[override]
        self,
        cloud: bool | None = None,
        cache: bool = True,
        cloud_only: bool | None = None,
        download_dir: str | None = None,
        TESScut_size: Any = 10,
        remove_incomplete: bool = True,
    ) -> pd.DataFrame | None:
        """Brings the files here, as MASTSearch does; cutouts have `TESScut_size` pixels, one number or (rows, columns), or this size as a Quantity."""
        return _download.download(self._native(), cloud, cache, cloud_only, download_dir, _arguments.cutout_size(TESScut_size))
