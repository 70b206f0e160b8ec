"""Downloads, as lksearch gives them back."""

import warnings
from typing import Any

import lksearch_rs
import pandas as pd

from . import _client
from ._conf import conf
from .utils import SearchWarning

_UNCHECKED = "UNKNOWN"


def download(
    found: lksearch_rs.SearchResult,
    cloud: bool | None,
    cache: bool,
    cloud_only: bool | None,
    download_dir: str | None,
    cutout_size: Any = None,
) -> pd.DataFrame | None:
    """The manifest; None, and a warning, if there is nothing to download."""
    if len(found) == 0:
        warnings.warn("Cannot download from an empty search result.", SearchWarning, stacklevel=3)
        return None
    settings = {"prefer_cloud": cloud, "cloud_only": cloud_only}
    settings = {name: bool(value) for name, value in settings.items() if value is not None}
    with _client.errors():
        manifest = _client.client().download(found, dir=download_dir, force=not cache, cutout_size=cutout_size, **settings)
    table = manifest.to_pandas()
    failed = ~table["Status"].isin(["COMPLETE", *([] if conf.CHECK_CACHED_FILE_SIZES else [_UNCHECKED])])
    if failed.any():
        first = table[failed].iloc[0]
        warnings.warn(
            f"Not All Files Downloaded Successfully, Check Returned Manifest. {int(failed.sum())} of {len(table)}; the first: "
            f"{first['Status']}: {first['Message']}",
            SearchWarning,
            stacklevel=3,
        )
    return table
