"""Find, fetch and keep data of NASA's Kepler, K2 and TESS missions."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, overload

from typing_extensions import Self

__version__: str

MissionWord = Literal["tess", "kepler", "k2", "mast", "all"]
Target = Any
"""A name (`"TOI 1161"`), an id (`"TIC 377780790"`), a position (`(285.68, 50.24)` in degrees, ICRS, or an astropy `SkyCoord`), or a sequence of these."""
Numbers = int | str | Sequence[int | str] | range
"""`14`, `[14, 15]`, `range(14, 21)`, or as the program reads them: `"14..20,!17"`."""
Texts = str | Sequence[str]
"""A text, or several; one that begins with `!` is excluded."""
Settings = Mapping[str, object]
CutoutSource = Literal["auto", "cubes", "tesscut"]
"""The cubes of images in the cloud, the service TESScut, or the one where the other fails."""

# --- Client --------------------------------------------------------------------------------------------------------------------------

class Client:
    """The way to the archive, the cloud and the store. May be used from several threads, pickled, and used after a fork.

    Settings come from the user's files and the environment, and over them from `settings`, whose keys are those of the settings page
    (`"cache_dir"`, `"cloud_only"`, `"endpoints.mast"`), and from keywords, where two underscores stand for the point (`fetch__jobs=4`).
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        config_file: str | os.PathLike[str] | None = None,
        archive: str | None = None,
        **keywords: object,
    ) -> None: ...
    @property
    def settings(self) -> dict[str, str | None]:
        """Every setting with the value that holds, as text; None where it has none."""
    @property
    def origins(self) -> dict[str, str]:
        """Where each setting came from."""
    @property
    def cache_dir(self) -> str: ...
    @property
    def config_file(self) -> str: ...
    @property
    def requests_made(self) -> int: ...
    def with_settings(self, settings: Settings | None = None, **keywords: object) -> Client:
        """A client with these settings over those of this one."""
    @property
    def aio(self) -> AsyncClient:
        """The same verbs, to be awaited; connections and limits are shared."""

    # Questions
    def search(
        self,
        target: Target | None = None,
        mission: MissionWord = "tess",
        *,
        radius: float | str | None = None,
        kind: Texts | None = None,
        hlsp: bool = True,
        mission_products: bool = False,
        hlsps: bool = False,
        sector: Numbers | None = None,
        quarter: Numbers | None = None,
        month: Numbers | None = None,
        campaign: Numbers | None = None,
        sequence: Numbers | None = None,
        exptime: float | tuple[float, float] | Sequence[float] | str | None = None,
        pipeline: Texts | None = None,
        year: Numbers | tuple[int, int] | None = None,
        distance: float | tuple[float, float] | str | None = None,
        description: Texts | tuple[str, ...] | None = None,
        target_name: Texts | None = None,
        missions: Texts | None = None,
        query: str | None = None,
        limit: int | None = None,
    ) -> SearchResult:
        """What the archive has for a target, or for each of several (their rows carry `input_row` and `input`), or, without one, of a sector, quarter
        or campaign.

        A tuple of two numbers is a range, a list is several values. Words of a `description` in a list: one of them; in a tuple: all.
        `radius` is in arcseconds, or a text such as `"0.1deg"`; `distance` is at most so many arcseconds.
        """
    def products(self, observations: TableLike, mission: MissionWord = "tess", **filters: Any) -> SearchResult:
        """The products of observations, such as a table of astroquery's `Observations.query_criteria`, as a search has them; filters are those of `search`."""
    def count(self, mission: MissionWord = "tess", **filters: Any) -> dict[str, int]:
        """How many observations there are of a sector, quarter or campaign, by pipeline."""
    def resolve(self, names: str | Sequence[str]) -> Table:
        """What every service says of these names: `name`, `resolver`, `canonical_name`, `ra` and `dec` in degrees, ICRS; the believed one first."""
    def catalog_cone(
        self,
        target: Target,
        radius: float | str | None = None,
        *,
        catalog: str = "tic",
        epoch: float | str | None = None,
        magnitude_limit: float | None = None,
    ) -> Table:
        """The stars around a target, the nearest first, as they stand at the epoch (a Julian year; 2000.0). `radius` is in arcseconds, 100 unless it is
        said."""
    def catalog_id(self, ids: Texts, *, to: str | None = None, epoch: float | str | None = None) -> Table:
        """The stars with these numbers (`"TIC 377780790"`), or what they are in another catalogue: `input_row`, `input`, `match`, `via`, `id`, …"""
    def catalog_names(self, names: Texts) -> Table:
        """All names of these stars, as SIMBAD has them: `input`, `name`, `catalog`, …"""

    # Files
    def download(
        self,
        products: TableLike,
        *,
        dir: str | os.PathLike[str] | None = None,
        force: bool = False,
        cutout_size: int | tuple[int, int] | None = None,
        cutout_source: CutoutSource = "auto",
        progress: Progress = None,
        **settings: object,
    ) -> Manifest:
        """Brings the files of these rows into the store, unless they are there: one row per row, in its order. A file that cannot be had is a row.

        `dir` takes the place of the setting `cache_dir`, and other settings may be given as for the client (`cloud_only=True`).
        `cutout_size` is (rows, columns). Ctrl-C ends it at once; what is complete stays.
        """
    def cutout(
        self,
        target: Target,
        sector: Numbers | None = None,
        *,
        cutout_size: int | tuple[int, int] | None = None,
        cutout_source: CutoutSource = "auto",
        dir: str | os.PathLike[str] | None = None,
        force: bool = False,
        progress: Progress = None,
        **settings: object,
    ) -> Manifest:
        """Cuts target pixel files out of the full-frame images of TESS: one for each of the sectors, or of all, that show the target, or each of several."""
    def iter_download(
        self,
        products: TableLike,
        *,
        dir: str | os.PathLike[str] | None = None,
        force: bool = False,
        cutout_size: int | tuple[int, int] | None = None,
        cutout_source: CutoutSource = "auto",
        **settings: object,
    ) -> Download:
        """The same, running while its rows are given as they are done."""
    def dry_run(self, products: TableLike, *, force: bool = False, cutout_size: int | tuple[int, int] | None = None) -> Table:
        """What a download would do: `action`, `source`, `bytes`, … of each row."""
    def plan(self, products: TableLike, *, cutout_size: int | tuple[int, int] | None = None) -> Plan:
        """The rows with the places of their files, for other machines, which ask for them no more."""
    def cloud_uris(self, products: TableLike) -> list[str | None]:
        """The `s3://` URI of each row's file; None for one that is not in the cloud."""
    def lock(self, products: TableLike, *, questions: Texts | None = None) -> str:
        """Locks these rows to their exact bytes; the text of a lock, to be written into a file."""
    def sync(self, lock: str, *, progress: Progress = None) -> Manifest:
        """Brings exactly the bytes of a lock: its text, or the path of its file."""
    def open(self, location: str | os.PathLike[str]) -> FitsFile:
        """Opens a FITS file where it lies, without downloading it: `mast:…`, `s3://…`, `https://…` or a path. Reads headers now, data when asked for."""
    def plot(
        self,
        locations: Texts,
        *,
        column: str | None = None,
        normalize: bool = False,
        period: float | None = None,
        epoch: float | None = None,
        catalog: str | None = None,
    ) -> Picture:
        """Draws light curves, or the mean frame of a target pixel file; a notebook shows it."""

    # The store. Ctrl-C comes back at once; what is being removed then is removed to its end.
    def cache_info(self) -> dict[str, int]:
        """Files and bytes: `files`, `bytes`, `quarantine_bytes`, …"""
    def cache_ls(self) -> Table: ...
    def cache_rm(self, patterns: Texts, *, apply: bool = False) -> list[str]:
        """The files that match (or, with `apply`, matched and were removed)."""
    def cache_clear(self, *, apply: bool = False) -> list[str]:
        """The paths that would go, or, with `apply`, that went."""

class AsyncClient:
    """The verbs of a client for asyncio: each gives an awaitable, and cancelling it stops the work."""

    def __init__(self, client: Client) -> None: ...
    @property
    def client(self) -> Client: ...
    def search(self, target: Target | None = None, mission: MissionWord = "tess", **filters: Any) -> Awaitable[SearchResult]: ...
    def products(self, observations: TableLike, mission: MissionWord = "tess", **filters: Any) -> Awaitable[SearchResult]: ...
    def count(self, mission: MissionWord = "tess", **filters: Any) -> Awaitable[dict[str, int]]: ...
    def resolve(self, names: str | Sequence[str]) -> Awaitable[Table]: ...
    def catalog_cone(
        self,
        target: Target,
        radius: float | str | None = None,
        *,
        catalog: str = "tic",
        epoch: float | str | None = None,
        magnitude_limit: float | None = None,
    ) -> Awaitable[Table]: ...
    def catalog_id(self, ids: Texts, *, to: str | None = None, epoch: float | str | None = None) -> Awaitable[Table]: ...
    def catalog_names(self, names: Texts) -> Awaitable[Table]: ...
    def download(self, products: TableLike, **options: Any) -> Awaitable[Manifest]: ...
    def cutout(self, target: Target, sector: Numbers | None = None, **options: Any) -> Awaitable[Manifest]: ...
    def iter_download(self, products: TableLike, **options: Any) -> AsyncIterator[dict[str, Any]]: ...
    def plan(self, products: TableLike, *, cutout_size: int | tuple[int, int] | None = None) -> Awaitable[Plan]: ...
    def open(self, location: str | os.PathLike[str]) -> Awaitable[FitsFile]: ...

Progress = bool | Callable[[dict[str, Any]], object] | None
"""None: a bar where one can be seen (a terminal, a notebook); True, False; or what is called with `files`, `num_files`, `bytes`, `num_bytes` some times a second."""

class Download:
    """A download that runs: iterate over its rows as they are done, from any thread; `result()` waits for all."""

    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def __next__(self) -> dict[str, Any]: ...
    def result(self) -> Manifest: ...
    def cancel(self) -> None: ...
    @property
    def progress(self) -> dict[str, Any]:
        """`files`, `num_files`, `bytes`, `num_bytes` so far."""

# --- Tables --------------------------------------------------------------------------------------------------------------------------

TableLike = Any
"""A `Table`, anything with `__arrow_c_stream__` (polars, pyarrow, pandas), a DataFrame, a mapping of columns, a row, or a list of rows."""

class Table:
    """Rows with named, typed, nullable columns; it never changes. polars, pyarrow, pandas and duckdb read it without a copy."""

    def __init__(self, data: TableLike = ...) -> None: ...
    @staticmethod
    def read(path: str | os.PathLike[str]) -> Table:
        """A table that was saved: JSON, NDJSON, CSV, Parquet, Arrow or VOTable, whichever it is. The type is that of what was saved."""
    def write(self, path: str | os.PathLike[str], format: str | None = None) -> None:
        """Saves it whole or not at all, in this format or the one that the name ends in: .csv, .ecsv, .fits, .json, .ndjson, .parquet, .arrow, .vot (VOTable)."""
    def __len__(self) -> int: ...
    def __contains__(self, column: object) -> bool: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    @overload
    def __getitem__(self, key: str) -> Column: ...
    @overload
    def __getitem__(self, key: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, key: slice | Mask | Column | Sequence[Any]) -> Self:
        """Rows by a slice, a mask (ours, numpy's or a list of bools) or a list of row numbers; columns by a list of names."""
    @property
    def columns(self) -> list[str]: ...
    @property
    def units(self) -> dict[str, str]:
        """Units of the columns that have one."""
    def filter(self, expression: str) -> Self:
        """The rows for which the expression is true: `"sector == 14 & exptime <= 120"`."""
    def take(self, rows: Sequence[int]) -> Self: ...
    def sort(self, by: str | Sequence[str], *, descending: bool = False) -> Self: ...
    def to_dict(self) -> dict[str, list[Any]]: ...
    def to_pandas(self) -> Any: ...
    def to_astropy(self) -> Any: ...
    def to_arrow(self) -> Any:
        """A pyarrow Table."""
    def to_polars(self) -> Any: ...
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...
    def _repr_html_(self) -> str: ...

class SearchResult(Table):
    """The products that a search found, one row each. Rows that are chosen of it, and filtered, stay one."""

    @staticmethod
    def from_table(data: TableLike, mission: MissionWord = "mast", client: Client | None = None) -> SearchResult: ...
    @property
    def mission(self) -> str: ...
    @property
    def warnings(self) -> list[str]: ...
    @property
    def empty_reason(self) -> str | None:
        """Why there are no rows."""
    @property
    def position(self) -> tuple[float, float] | None:
        """Where the target is, in degrees, ICRS, if that was needed or came with the rows."""
    @property
    def num_duplicates(self) -> int: ...
    @property
    def unanswered(self) -> list[dict[str, Any]]:
        """Of a search for many: the inputs without rows, each as `input_row`, `input` and `reason`."""
    @property
    def client(self) -> Client: ...
    @property
    def display_columns(self) -> list[str]: ...
    def filter(self, expression: str | None = None, **filters: Any) -> Self:
        """The rows for which the expression is true and that pass the filters, which are those of `Client.search`."""
    def download(self, **options: Any) -> Manifest: ...
    def iter_download(self, **options: Any) -> Download: ...
    def dry_run(self, **options: Any) -> Table: ...
    def plan(self, **options: Any) -> Plan: ...
    def cloud_uris(self) -> list[str | None]: ...
    def lock(self, **options: Any) -> str: ...

class Manifest(Table):
    """What became of each row: `Local Path`, `Status` (COMPLETE, SKIPPED, ERROR, UNKNOWN), `Message`, `URL`, `source`, `bytes`, `sha256`, …"""

    @property
    def paths(self) -> list[str]:
        """Where the files are that are here."""
    @property
    def counts(self) -> dict[str, int]: ...
    @property
    def num_failed(self) -> int: ...
    def raise_for_failures(self) -> Self:
        """Raises `DownloadError`, which tells of the first, if any row failed; else gives the manifest."""

class Plan(Table):
    """Rows with the places of their files. Its shards are tables that any worker downloads: they pickle, and no worker asks for places again."""

    @property
    def id(self) -> str: ...
    @property
    def shard(self) -> tuple[int, int] | None:
        """(number from 0, of how many), if it is one."""
    def shards(self, of: int) -> list[Plan]:
        """A product is always in the same shard, so that no two workers bring the same file."""
    def download(self, client: Client | None = None, **options: Any) -> Manifest:
        """With the client that made it unless another is given; a shard takes its share of the limits of each host."""

def merge(manifests: Sequence[Manifest], plan: Plan | None = None) -> Manifest:
    """The manifests of shards as that of the whole plan, in its order; rows that no manifest has are missing, or rows with an error if `plan` is given."""

class Column:
    """A column of a table or of a FITS table, the pixels of an image."""

    @property
    def name(self) -> str: ...
    @property
    def dtype(self) -> str:
        """numpy's word for it (`<f8`), or `text`, `boolean`, `timestamp`, `list`."""
    @property
    def unit(self) -> str | None: ...
    @property
    def metadata(self) -> dict[str, str]:
        """What the header says of it: `display`, `description`, `time_zero_jd`, `time_scale`, …"""
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def num_nulls(self) -> int: ...
    @property
    def nulls(self) -> Mask:
        """True where there is no value."""
    def __len__(self) -> int: ...
    def __getitem__(self, key: Any) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __eq__(self, other: object) -> Mask: ...  # type: ignore[override]
    def __ne__(self, other: object) -> Mask: ...  # type: ignore[override]
    def __lt__(self, other: object) -> Mask: ...
    def __le__(self, other: object) -> Mask: ...
    def __gt__(self, other: object) -> Mask: ...
    def __ge__(self, other: object) -> Mask: ...
    def isin(self, values: Sequence[Any]) -> Mask: ...
    def contains(self, text: str) -> Mask:
        """Where a text contains this, in any case."""
    def to_list(self) -> list[Any]: ...
    def to_numpy(self) -> Any:
        """Numbers without a copy, read-only, native byte order; floats are NaN where there is no value (see `nulls` for others); texts as objects."""
    def to_masked(self) -> Any:
        """A numpy masked array."""
    def to_quantity(self) -> Any:
        """An astropy Quantity with the column's unit."""
    @property
    def __array_interface__(self) -> dict[str, Any]: ...

class Mask:
    """A truth value for each row, combined by `&`, `|`, `^` and `~`. A comparison with nothing is neither true nor false, and chooses no row."""

    def __init__(self, values: Sequence[bool]) -> None: ...
    def __len__(self) -> int: ...
    def __and__(self, other: Mask) -> Mask: ...
    def __or__(self, other: Mask) -> Mask: ...
    def __xor__(self, other: Mask) -> Mask: ...
    def __invert__(self) -> Mask: ...
    def __getitem__(self, key: int) -> bool: ...
    def __iter__(self) -> Iterator[bool]: ...
    def sum(self) -> int: ...
    def any(self) -> bool: ...
    def all(self) -> bool: ...
    def to_list(self) -> list[bool]: ...
    def to_numpy(self) -> Any: ...

# --- FITS ----------------------------------------------------------------------------------------------------------------------------

class FitsFile:
    """An open file: its headers are here, the data are read when they are asked for."""

    @property
    def location(self) -> str: ...
    @property
    def path(self) -> str | None:
        """Where it is on a disk; None if it is elsewhere."""
    def read_bytes(self) -> bytes:
        """All of it, unpacked if it is gzip."""
    @property
    def size(self) -> int: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Hdu]: ...
    def __getitem__(self, hdu: int | str) -> Hdu: ...
    def to_lightkurve(self, **keywords: Any) -> Any:
        """lightkurve's object of the file, which is brought into the store for it unless it is there."""
    def to_astropy(self) -> Any:
        """astropy's HDUList of the file, which is brought into the store for it unless it is there."""
    def plot(self, **options: Any) -> Picture: ...

class Hdu:
    @property
    def index(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def shape(self) -> tuple[int, ...]:
        """numpy's order: the slowest axis first; of a table (rows,)."""
    @property
    def header(self) -> dict[str, Any]:
        """Keywords and values; COMMENT and HISTORY as one text each."""
    @property
    def cards(self) -> list[tuple[str, Any, str]]: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def units(self) -> dict[str, str]: ...
    def __getitem__(self, column: str) -> Column: ...
    def read(self, columns: Sequence[str] | None = None, rows: slice | None = None) -> FitsTable: ...
    def image(self) -> Column:
        """The pixels; `shape` is numpy's."""
    def to_astropy(self, columns: Sequence[str] | None = None) -> Any:
        """A table as an astropy Table."""

class FitsTable:
    """Columns of a FITS table; speaks the Arrow stream interface."""

    @property
    def name(self) -> str: ...
    def __len__(self) -> int: ...
    def __getitem__(self, column: str) -> Column: ...
    def __iter__(self) -> Iterator[str]: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def units(self) -> dict[str, str]: ...
    def to_astropy(self) -> Any: ...
    def to_pandas(self) -> Any:
        """Columns of one value per row."""
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...

class Picture:
    @property
    def svg(self) -> str: ...
    def save(self, path: str | os.PathLike[str]) -> None:
        """As .svg, .png or .pdf."""
    def _repr_svg_(self) -> str: ...

# --- The archive inside --------------------------------------------------------------------------------------------------------------

def sandbox(*, latency: float = 0.0, bulk: int = 0, port: int = 0) -> Sandbox:
    """Starts the archive inside this package: a few real stars with made-up data, on a free port of this machine. `latency` in seconds before each
    answer, `bulk` further stars."""

class Sandbox:
    """A context manager; it ends with the block."""

    def __enter__(self) -> Sandbox: ...
    def __exit__(self, *exception: object) -> None: ...
    @property
    def url(self) -> str: ...
    @property
    def settings(self) -> dict[str, str]:
        """The settings that point at it, for `Client(settings)`."""
    @property
    def environment(self) -> dict[str, str]:
        """The same as environment variables, for other processes."""
    def client(self, settings: Settings | None = None, **keywords: object) -> Client:
        """A client that asks it, whose files are kept apart from real ones unless `cache_dir` says where."""
    def count(self, text: str = "", method: str | None = None) -> int:
        """How many requests came whose address contains the text."""
    def clear_log(self) -> None: ...
    def stop(self) -> None: ...

# --- Settings, errors, program -------------------------------------------------------------------------------------------------------

def config_file() -> str:
    """The settings file of this user, whether or not it is there."""
def init_config(force: bool = False) -> str:
    """Writes a settings file with all settings, commented out; its path."""
def get_config(key: str) -> str | None: ...
def set_config(key: str, value: object) -> None:
    """Sets a key in the settings file; None takes it away."""
def run(arguments: Sequence[str]) -> int:
    """Runs the program `lksearch` with these arguments, of which the first is its name, and gives its exit code. What it prints goes to `sys.stdout` and
    `sys.stderr`, also in a notebook."""

class LksearchError(Exception):
    """What went wrong; the message says what, where and what to do next."""

    kind: str
    """`Config`, `InvalidQuery`, `NotFound`, `Unavailable`, `Offline`, `Remote`, `Corrupt`, `Storage` or `Cancelled`."""
    hint: str | None
    """The next step, if the message does not say it."""
    def __init__(self, message: str, hint: str | None = None) -> None: ...

class ConfigError(LksearchError): ...
class InvalidQueryError(LksearchError, ValueError): ...
class NotFoundError(LksearchError, LookupError): ...
class UnavailableError(LksearchError, ConnectionError): ...
class OfflineError(LksearchError): ...
class RemoteError(LksearchError): ...
class CorruptError(LksearchError): ...
class StorageError(LksearchError): ...
class CancelledError(LksearchError): ...
class DownloadError(LksearchError):
    """Rows of a manifest that failed."""

    manifest: Manifest
    def __init__(self, message: str, hint: str | None = None, manifest: Manifest | None = None) -> None: ...
