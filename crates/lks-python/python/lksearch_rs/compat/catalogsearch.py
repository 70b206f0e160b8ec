"""Stars in the TIC, the KIC, the EPIC and Gaia: around a place, by number, and by name.

Positions, proper motions and cross-matches are those of `lksearch_rs`; column names are those of VizieR, as in lksearch. What a catalogue
lacks is missing, and not 0.
"""

import numbers
import re
from typing import Any

import pandas as pd

from . import _arguments, _client, log
from .utils import SearchError

_COMMON = {"pm_ra": "pmRA", "pm_dec": "pmDE", "parallax": "Plx", "temperature": "Teff", "log_g": "logg", "mass": "Mass"}
_GAIA = {"magnitude": "Gmag", "bp_mag": "BPmag", "rp_mag": "RPmag", "radial_velocity": "RV"}
# What VizieR calls the columns of each catalogue; the first is the star's number.
_CATALOGS: dict[str, dict[str, str]] = {
    "tic": {"number": "TIC", "magnitude": "TESSmag", "gaia_mag": "Gmag", "radius": "Rad", "disposition": "Disp", "kic": "KIC", "gaia_dr2": "GAIA"},
    "kic": {"number": "KIC", "magnitude": "Kepmag", "radius": "Radius"},
    "epic": {"number": "ID", "magnitude": "K2mag", "radius": "Rad"},
    "gaiadr3": {"number": "Source", **_GAIA},
    "gaiadr2": {"number": "Source", **_GAIA},
}
_TABLES = {"tic": "TIC", "kic": "KIC", "epic": "EPIC", "gaiadr3": "Gaia DR3", "gaiadr2": "Gaia DR2"}
_PREFIXES = {"tic": "tic", "tess": "tic", "kic": "kic", "kplr": "kic", "epic": "epic", "ktwo": "epic", "gaia": "gaiadr3"}
_PREFIXES |= {"gaiadr3": "gaiadr3", "gaiadr2": "gaiadr2"}


def query_region(
    search_input: Any,
    output_epoch: Any = None,
    catalog: str | None = "tic",
    radius: Any = 100.0,
    magnitude_limit: float | None = 18.0,
    max_results: int | None = None,
    return_skycoord: bool = False,
) -> Any:
    """The stars around a target (a name, an id, (ra, dec) in degrees, a SkyCoord), the nearest first, as a DataFrame or a SkyCoord.

    `radius` is in arcseconds, or a Quantity; `output_epoch` a Time, a Julian date or a year, 2000.0 if it is None. Stars fainter than the
    `magnitude_limit`, and those without a magnitude, are left out; None leaves out none. `Separation` is in arcseconds from the target,
    `Relative_Flux` relative to the star that is nearest to it.
    """
    catalog = _catalog(catalog) if catalog is not None else _number(search_input)[0] or "tic"
    where = _arguments.target(search_input)
    around = _arguments.arcseconds(radius)
    with _client.errors():
        found = _client.client().catalog_cone(
            where, 100.0 if around is None else around, catalog=catalog, epoch=_epoch(output_epoch), magnitude_limit=magnitude_limit
        )
    table = found.to_pandas()
    table = table if max_results is None else table.head(max_results)
    if return_skycoord:
        return _skycoord(table, output_epoch)
    names = {"id": "ID", "ra": "RA", "dec": "Dec", "separation_arcsec": "Separation", "relative_flux": "Relative_Flux"}
    table = table.rename(columns={**names, **_COMMON, **_CATALOGS[catalog]})
    first = ["ID", "RA", "Dec", "Separation", "Relative_Flux", "pmRA", "pmDE"]
    others = sorted(set(table.columns) - {*first, "Plx"}, key=lambda name: (not name.endswith("mag"), name))
    return table[[*first, *others]]


def query_id(
    search_object: Any,
    output_catalog: str | None = None,
    input_catalog: str | None = None,
    max_results: int | None = None,
    return_skycoord: bool = False,
    output_epoch: Any = None,
) -> Any:
    """The stars with these numbers: texts with their catalogue ("TIC 299096513"), or numbers of the `input_catalog`, which is the
    `output_catalog` if it is not named. In another `output_catalog`, what they are there.

    Stars that are not found have no row; a warning of the log names them.
    """
    given = _arguments.several(search_object)
    if not given:
        raise ValueError("there is no number to look up")
    source = _catalog(input_catalog) if input_catalog is not None else None
    target = _catalog(output_catalog) if output_catalog is not None else None
    ids, catalogs = [], []
    for each in given:
        named, number = _number(each)
        named = named or source or target
        if named is None:
            raise ValueError(f"{each!r} names no catalogue: write 'TIC 5', 'KIC 5', 'EPIC 5' or 'Gaia DR3 5', or name an input_catalog")
        catalogs.append(named)
        ids.append(f"{_TABLES[named]} {number}")
    to = target or catalogs[0]
    if target is None and len(set(catalogs)) > 1:
        raise ValueError(f"numbers of several catalogues ({', '.join(sorted(set(catalogs)))}) need an output_catalog")
    other = to if set(catalogs) != {to} else None
    with _client.errors():
        table = _client.client().catalog_id(ids, to=other, epoch=_epoch(output_epoch)).to_pandas()
    missing = table["id"].isna()
    if missing.any():
        log.warning("not in %s: %s", _TABLES[to], ", ".join(table["input"][missing]))
    table = table[~missing].reset_index(drop=True)
    table = table if max_results is None else table.head(max_results)
    if return_skycoord:
        return _skycoord(table, output_epoch)
    return _as_vizier(table, to)


def query_names(search_input: str | list[str]) -> Any:
    """All names of a star as a DataFrame with the column `id`; of a list of stars, a list of these. One request asks for hundreds."""
    names = [search_input] if isinstance(search_input, str) else list(search_input)
    found = [pd.DataFrame({"id": [name for name, _ in each]}, dtype=object) for each in _names(names)]
    return found[0] if isinstance(search_input, str) else found


def match_names_catalogs(search_input: str | list[str], match: str | list[str]) -> pd.DataFrame:
    """The names of stars in some catalogues: a row for each star, with `search`, and a column for each catalogue. Several names are
    separated by commas; none is an empty text. A catalogue is "tic", "kic", "epic", "gaiadr3", "gaia", or how its names begin."""
    searched = [search_input] if isinstance(search_input, str) else list(search_input)
    matches = [match] if isinstance(match, str) else list(match)
    rows = []
    for search, names in zip(searched, _names(searched), strict=True):
        found = [", ".join(name for name, catalog in names if _is_of(name, catalog, word)) for word in matches]
        rows.append([search, *found])
    return pd.DataFrame(rows, columns=["search", *matches], dtype=object)


def _names(searched: list[str]) -> list[list[tuple[str, str | None]]]:
    """For each, its names with their catalogues."""
    with _client.errors():
        table = _client.client().catalog_names(searched)
    found: list[list[tuple[str, str | None]]] = [[] for _ in searched]
    for row in table:
        if row["name"] is not None:
            found[row["input_row"]].append((row["name"], row["catalog"]))
    return found


def _is_of(name: str, catalog: str | None, word: str) -> bool:
    word = _plain(word)
    return bool(word) and (catalog == word or _plain(name).startswith(word))


def _plain(text: str) -> str:
    return re.sub(r"[\s-]", "", text).lower()


def _catalog(name: str) -> str:
    plain = _plain(name)
    known = {"gaia": "gaiadr3"}.get(plain, plain)
    if known not in _CATALOGS:
        raise ValueError(f"Can not parse catalog name '{name}'; there are {', '.join(_CATALOGS)}")
    return known


def _number(given: Any) -> tuple[str | None, str]:
    """The catalogue that an id names, if it names one, and its number."""
    if not isinstance(given, str):
        return None, str(int(given) if isinstance(given, numbers.Number) else given)
    parts = re.fullmatch(r"(gaia\s*dr\d|[a-z]+)?[\s_-]*0*(\d+)", given.strip().lower())
    if parts is None or parts[1] is None:
        return None, given.strip()
    catalog = _PREFIXES.get(_plain(parts[1]))
    return (catalog, parts[2]) if catalog else (None, given.strip())


def _epoch(given: Any) -> str | None:
    """A Julian year or date as `lksearch_rs` reads it; of an astropy Time, its Julian year."""
    return None if given is None else str(getattr(given, "jyear", given))


def _as_vizier(table: pd.DataFrame, catalog: str) -> pd.DataFrame:
    names = _CATALOGS[catalog]
    numbers = pd.Series([int(each.split()[-1]) for each in table["id"]], index=table.index, dtype="int64")
    renamed = table.drop(columns="id").rename(columns={"ra": "RAJ2000", "dec": "DEJ2000", **_COMMON, **names})
    renamed.insert(0, names["number"], numbers)
    return renamed


def _skycoord(table: pd.DataFrame, output_epoch: Any) -> Any:
    import astropy.units as u
    from astropy.coordinates import SkyCoord
    from astropy.time import Time

    if table.empty:
        raise SearchError("there are no stars to make a SkyCoord of")
    epoch = output_epoch
    if not hasattr(epoch, "jyear"):
        value = 2000.0 if epoch is None else float(epoch)
        epoch = Time(value, format="jd" if value > 1_000_000 else "jyear", scale="tt")
    ra, dec, pm_ra, pm_dec = (table[name].to_numpy(dtype=float, na_value=float("nan")) for name in ["ra", "dec", "pm_ra", "pm_dec"])
    motion = u.mas / u.yr
    return SkyCoord(ra * u.deg, dec * u.deg, obstime=epoch, pm_ra_cosdec=pm_ra * motion, pm_dec=pm_dec * motion)
