"""Between the rows of `lksearch_rs` and DataFrames as lksearch has them. The shape only: nothing is decided here."""

from typing import Any

import lksearch_rs
import numpy as np
import pandas as pd

from . import _client
from ._conf import conf

# What lksearch calls the columns of a joined table, by what the archive calls those of observations.
_RENAMED = {"t_exptime": "exptime", "obs_collection": "obs_collection_obs", "project": "project_obs", "filters": "filters_obs"}
_RENAMED |= {name: f"{name}_obs" for name in ["dataproduct_type", "calib_level", "proposal_id", "dataRights"]}
_FILES = {"calib_level": "calib_level_prod", "filters": "filters_prod"}


def frame(found: lksearch_rs.SearchResult) -> pd.DataFrame:
    """The rows, numbered from 0. A campaign is a text, as in lksearch: "3", "09a"."""
    table = found.to_pandas()
    if found.mission == "k2" and "campaign" in table:
        halves = table["campaign_half"] if "campaign_half" in table else pd.Series(None, index=table.index, dtype=object)
        table["campaign"] = pd.Series(map(_campaign, table["campaign"], halves), index=table.index, dtype=object)
    return table


def result(table: pd.DataFrame, mission: Any) -> lksearch_rs.SearchResult:
    """The rows of a DataFrame."""
    table = table.reset_index(drop=True)
    if mission == "k2" and "campaign" in table and not pd.api.types.is_numeric_dtype(table["campaign"]):
        texts = table["campaign"].astype("string")
        table = table.assign(campaign=pd.to_numeric(texts.str.rstrip("ab")).astype("Int64"))
    with _client.errors():
        return lksearch_rs.SearchResult.from_table(table, mission, _client.client())


def given(table: Any, obs_table: Any, prod_table: Any, mission: Any) -> lksearch_rs.SearchResult:
    """The rows of the table that a caller has, of the join of its two tables, or of the products of its observations. astropy's tables are taken as well."""
    if table is not None:
        return result(_pandas(table), mission)
    if prod_table is not None:
        return result(_joined(_pandas(obs_table), _pandas(prod_table)), mission)
    observations = _pandas(obs_table)
    original = {name: theirs for theirs, name in _RENAMED.items() if name in observations and theirs not in observations}
    with _client.errors():
        return _client.client().products(observations.rename(columns=original), mission)


def _joined(observations: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    observations = observations.rename(columns=_RENAMED).assign(obsid=observations["obsid"].astype(str))
    parents = products["parent_obsid" if "parent_obsid" in products else "obsID"].astype(str)
    products = products.rename(columns=_FILES).assign(obsid=parents)
    joined = products.merge(observations.drop(columns="obs_id", errors="ignore"), on="obsid", how="left")
    joined = joined.assign(pipeline=joined.get("provenance_name"), mission=joined.get("obs_collection_obs"))
    return joined.drop_duplicates("dataURI", ignore_index=True)


def part(table: pd.DataFrame, names: list[str], key: str) -> pd.DataFrame:
    """These columns, as far as there are any, and one row for each value of the key."""
    chosen = table[[name for name in names if name in table]]
    return chosen.drop_duplicates(key, ignore_index=True) if key in chosen else chosen.reset_index(drop=True)


def values(column: pd.Series) -> np.ndarray:
    """A column as numpy has it; a number that is missing is NaN."""
    if pd.api.types.is_extension_array_dtype(column.dtype) and pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=float, na_value=np.nan) if column.isna().any() else column.to_numpy(dtype=int)
    return column.to_numpy()


def positions(key: Any, num_rows: int) -> list[int]:
    """The numbers of the rows that a key of `[]` chooses, in its order."""
    if isinstance(key, (bool, np.bool_)):
        return list(range(num_rows)) if key else []
    if isinstance(key, slice):
        return list(range(num_rows))[key]
    if hasattr(key, "to_list"):
        key = key.to_list()
    chosen = np.atleast_1d(np.asarray(key))
    if chosen.ndim != 1:
        raise TypeError(f"rows are chosen by a number, a slice, a list of numbers or a mask, not by {key!r}")
    if chosen.dtype == object and all(isinstance(each, (bool, np.bool_)) for each in chosen):
        chosen = chosen.astype(bool)
    if chosen.dtype == bool:
        if len(chosen) != num_rows:
            raise IndexError(f"a mask of {len(chosen)} values cannot choose from {num_rows} rows")
        return np.flatnonzero(chosen).tolist()
    if len(chosen) == 0:
        return []
    if chosen.dtype.kind not in "iu":
        raise TypeError(f"rows are chosen by a number, a slice, a list of numbers or a mask, not by {key!r}")
    return np.arange(num_rows)[chosen].tolist()


def shown(search: Any, columns: list[str], method: str) -> str:
    """A search for people: at most ten rows, whatever pandas' own options say."""
    table = search.table
    if len(table) == 0:
        return "No results found"
    extra = [name for name in conf.search_result_display_extra_columns if name not in columns]
    table = table[[name for name in [*columns, *extra] if name in table]]
    with pd.option_context("display.max_rows", 10):
        return f"{type(search).__name__} object containing {len(table)} data products \n" + getattr(table, method)()


def _pandas(table: Any) -> pd.DataFrame:
    return table if isinstance(table, pd.DataFrame) else table.to_pandas()


def _campaign(number: Any, half: Any) -> str | None:
    if pd.isna(number):
        return None
    return f"{int(number):02d}{half}" if isinstance(half, str) and half else str(int(number))
