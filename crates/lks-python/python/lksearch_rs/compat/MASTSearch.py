"""What all searches have in common, and the one over all missions."""

import copy
from typing import TYPE_CHECKING, Any

import lksearch_rs
import pandas as pd

from . import _arguments, _client, _download, _rows, log
from ._conf import conf
from .utils import OBSERVATION_KEYS, PRODUCT_KEYS, SearchError

if TYPE_CHECKING:
    from typing_extensions import Self

_OF_MISSIONS = ("sector", "quarter", "campaign")


class MASTSearch:
    """What the archive has of a target, from all three missions: a table with one row per file, which can be filtered and downloaded.

    `target` is a name, an id with its catalogue ("KIC 11904151"), (ra, dec) in degrees, or an astropy SkyCoord. `search_radius` is in
    arcseconds, or a Quantity. `exptime` is a number of seconds, a tuple (a range), a list, or one of "fast", "short", "long", "shortest"
    and "longest". `table` takes the place of a search: a table of an earlier one, as does `obs_table` with its `prod_table`; of an
    `obs_table` alone the archive is asked for the products.

    Raises SearchError if the archive has nothing, or cannot be asked.
    """

    _MISSION: Any = "mast"
    _REPR_COLUMNS = ["target_name", "pipeline", "mission", "exptime", "distance", "year", "description"]

    def __init__(
        self,
        target: Any = None,
        obs_table: pd.DataFrame | None = None,
        prod_table: pd.DataFrame | None = None,
        table: pd.DataFrame | None = None,
        search_radius: Any = None,
        exptime: Any = (0, 9999),
        mission: Any = ("Kepler", "K2", "TESS"),
        pipeline: Any = ("Kepler", "K2", "SPOC"),
        sequence: Any = None,
    ) -> None:
        asked = {"missions": _arguments.texts(mission), "sequence": _arguments.counts(sequence)}
        self._start(target, obs_table, prod_table, table, search_radius, exptime, pipeline, asked)

    def _start(
        self,
        target: Any,
        obs_table: Any,
        prod_table: Any,
        table: Any,
        search_radius: Any,
        exptime: Any,
        pipeline: Any,
        asked: dict[str, Any],
        kept: dict[str, Any] | None = None,
    ) -> None:
        """`asked` is what must be found, `kept` what may be left of it: less than that is no error. The exposure time is kept unless it is
        asked for."""
        self.target = target
        self.search_radius = search_radius
        self.search_exptime = exptime
        self.search_pipeline = _arguments.texts(pipeline)
        self.search_mission = asked.get("missions")
        self.search_sequence = asked.get("sequence")
        self._frame: pd.DataFrame | None = None
        self._unchanged: pd.DataFrame | None = None
        self._clouds: pd.Series | None = None
        if table is not None or obs_table is not None:
            self._found = _rows.given(table, obs_table, prod_table, self._MISSION)
            return
        if target is None:
            raise ValueError("No Target or object table supplied")
        where = _arguments.target(target)
        filters = {"radius": _arguments.arcseconds(search_radius), "pipeline": self.search_pipeline, **asked}
        with _client.errors():
            found = _client.client().search(where, self._MISSION, **filters)
            for warning in found.warnings:
                log.warning(warning)
            if len(found) == 0:
                raise SearchError(_no_data(target, found))
            kept = {"exptime": _arguments.exptime(exptime), **(kept or {})}
            self._found = self._keep(found, {name: value for name, value in kept.items() if name not in asked})

    def _keep(self, found: lksearch_rs.SearchResult, filters: dict[str, Any]) -> lksearch_rs.SearchResult:
        filters = {name: value for name, value in filters.items() if value is not None}
        return found.filter(**filters) if filters else found

    # What was found

    @property
    def table(self) -> pd.DataFrame:
        """The rows as a DataFrame. What is changed in it counts: it is what is filtered and downloaded from then on."""
        if self._frame is None:
            self._frame = _rows.frame(self._found)
            self._unchanged = self._frame.copy()
        return self._frame

    @table.setter
    def table(self, table: pd.DataFrame) -> None:
        self._frame, self._unchanged, self._clouds = table, None, None

    @property
    def obs_table(self) -> pd.DataFrame:
        """The columns of the observations, one row for each."""
        return _rows.part(self.table, [*OBSERVATION_KEYS, "t_exptime"], "obsid")

    @property
    def prod_table(self) -> pd.DataFrame:
        """The columns of the files, one row for each."""
        return _rows.part(self.table, ["obs_id", *PRODUCT_KEYS], "dataURI")

    @property
    def ra(self) -> Any:
        """Right ascension of each row's target, degrees."""
        return _rows.values(self.table["s_ra"])

    @property
    def dec(self) -> Any:
        """Declination of each row's target, degrees."""
        return _rows.values(self.table["s_dec"])

    @property
    def exptime(self) -> Any:
        """Exposure time of each row, seconds."""
        return _rows.values(self.table["exptime"])

    @property
    def mission(self) -> Any:
        """The collection of each row: TESS, Kepler, K2, HLSP, or a cutout's sector."""
        return _rows.values(self.table["mission"])

    @property
    def year(self) -> Any:
        """Year of the first cadence of each row."""
        return _rows.values(self.table["year"])

    @property
    def pipeline(self) -> Any:
        """Who made the file of each row."""
        return _rows.values(self.table["pipeline"])

    @property
    def target_name(self) -> Any:
        """The name under which the archive files each row's target."""
        return _rows.values(self.table["target_name"])

    @property
    def SkyCoord(self) -> Any:
        """Where the target is, as an astropy SkyCoord; None for a table that came from elsewhere."""
        from astropy.coordinates import SkyCoord

        if hasattr(self.target, "icrs"):
            return self.target
        position = self._found.position
        if position is None and self.target is not None:
            with _client.errors():
                best = _client.client().resolve(self.target)[0]
            position = best["ra"], best["dec"]
        return None if position is None else SkyCoord(*position, unit="deg")

    @property
    def cloud_uri(self) -> pd.Series:
        """The s3:// URI of each row's file, None where it is not in the cloud."""
        if self._clouds is None or len(self._clouds) != len(self.table):
            with _client.errors():
                uris = _client.client().cloud_uris(self._native())
            self._clouds = pd.Series(uris, index=self.table.index, name="cloud_uri", dtype=object)
        return self._clouds.copy()

    @property
    def uris(self) -> Any:
        """Where each row's file is: in the cloud where conf.PREFER_CLOUD says so and it is there, else its name at MAST."""
        uris = self.table["dataURI"].astype(object)
        if conf.PREFER_CLOUD:
            uris = self.cloud_uri.where(self.cloud_uri.notna(), uris)
        return uris.to_numpy()

    @property
    def timeseries(self) -> "Self":
        """Only light curves."""
        return self._filtered(kind="timeseries")

    @property
    def cubedata(self) -> "Self":
        """Only target pixel files, and cutouts."""
        return self._filtered(kind="cubedata")

    @property
    def dvreports(self) -> "Self":
        """Only reports of the data validation."""
        return self._filtered(kind="dvreports")

    def __len__(self) -> int:
        return len(self._found) if self._frame is None else len(self._frame)

    def __repr__(self) -> str:
        return _rows.shown(self, self._REPR_COLUMNS, "__repr__")

    def _repr_html_(self) -> str:
        return _rows.shown(self, self._REPR_COLUMNS, "_repr_html_")

    def __getattr__(self, name: str) -> Any:
        # Each column is an attribute: that of the rows which are here now.
        is_free = not name.startswith("_") and not hasattr(type(self), name) and name not in _OF_MISSIONS
        if is_free and name in self.table.columns:
            return self.table[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __getitem__(self, key: Any) -> Any:
        """A column by its name, several by a list of names; else rows by number, slice, list of numbers, or mask, as another search."""
        names = [key] if isinstance(key, str) else key
        if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
            return self.table[key]
        return self._of(self._native().take(_rows.positions(key, len(self))))

    # Fewer rows

    def query_table(self, criteria: str, inplace: bool = False) -> "Self | None":
        """The rows for which a pandas query holds, such as "exptime >= 100 and exptime <= 500"."""
        table = self.table.reset_index(drop=True)
        return self._give(self._of(self._native().take(table.query(criteria).index.tolist())), inplace)

    def filter_table(
        self,
        target_name: Any = None,
        pipeline: Any = None,
        mission: Any = None,
        exptime: Any = None,
        distance: Any = None,
        year: Any = None,
        description: Any = None,
        filetype: Any = None,
        sequence: Any = None,
        limit: int | None = None,
        inplace: bool = False,
    ) -> "Self | None":
        """The rows that pass all of these.

        `exptime`, `distance` and `year` are a number, or a tuple, which is a range; a list is several. A distance is at most so many
        arcseconds. A row passes if its `description` has one of a list's words, or all of a tuple's. `filetype` is "lightcurve",
        "target pixel" or "dvreport". `inplace` changes this search, and gives back None.
        """
        filters = _arguments.filters(target_name, pipeline, mission, exptime, distance, year, description, filetype, limit)
        return self._give(self._filtered(**filters, sequence=_arguments.counts(sequence)), inplace)

    def download(
        self,
        cloud: bool | None = None,
        cache: bool = True,
        cloud_only: bool | None = None,
        download_dir: str | None = None,
        remove_incomplete: bool = True,
    ) -> pd.DataFrame | None:
        """Brings the files here: a row for each, in the same order, with `Local Path`, `Status`, `Message` and `URL`, and some columns more.

        What is None is as `conf` says at this moment. `cache=False` fetches what is here already once more. `remove_incomplete` has no
        effect: nothing incomplete is kept under a file's name, and nothing that was there is removed.
        """
        return _download.download(self._native(), cloud, cache, cloud_only, download_dir)

    # Ours

    def _native(self) -> lksearch_rs.SearchResult:
        """The rows for `lksearch_rs`: those that were found, unless the table was changed since."""
        if self._frame is not None and not self._frame.equals(self._unchanged):
            self._found = _rows.result(self._frame, self._MISSION)
            self._unchanged = self._frame.copy()
        return self._found

    def _of(self, found: Any) -> "Self":
        other = copy.copy(self)
        other._found, other._frame, other._unchanged, other._clouds = found, None, None, None
        return other

    def _filtered(self, **filters: Any) -> "Self":
        with _client.errors():
            return self._of(self._keep(self._native(), filters))

    def _give(self, other: "Self", inplace: bool) -> "Self | None":
        if not inplace:
            return other
        self.__dict__.update(other.__dict__)
        return None


class MissionSearch(MASTSearch):
    """What the searches of one mission have in common."""

    @property
    def HLSPs(self) -> "Self":
        """Only products of the community; of TESS, cutouts as well."""
        return self._filtered(hlsps=True)

    @property
    def mission_products(self) -> "Self":
        """Only products of the mission."""
        return self._filtered(mission_products=True)


def _no_data(target: Any, found: lksearch_rs.SearchResult) -> str:
    return f"No data found for target {target}. {found.empty_reason or ''}".rstrip()
