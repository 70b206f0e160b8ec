"""Exceptions and small things that lksearch has in `lksearch.utils`."""

import contextlib
import functools
import os
from collections.abc import Callable
from typing import Any

import numpy as np


class SearchError(Exception):
    """Nothing was found, or the question could not be asked or answered; the message says which."""


class SearchWarning(Warning):
    """Something in a result or a download needs looking at."""


class SearchDeprecationError(SearchError):
    """What was called is no longer possible."""


def suppress_stdout(f: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a function print nothing. The output of all threads is kept back meanwhile; this package prints nothing of itself."""

    @functools.wraps(f)
    def quiet(*args: Any, **kwargs: Any) -> Any:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            return f(*args, **kwargs)

    return quiet


def __getattr__(name: str) -> Any:
    # Read when it is used, so that a change of conf.cache_dir counts.
    if name == "default_download_dir":
        from .config import get_cache_dir

        return get_cache_dir()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


OBSERVATION_KEYS = (
    "intentType obs_collection_obs provenance_name instrument_name project_obs filters_obs wavelength_region target_name "
    "target_classification obs_id s_ra s_dec dataproduct_type_obs proposal_pi calib_level_obs t_min t_max exptime em_min em_max obs_title "
    "t_obs_release proposal_id_obs proposal_type sequence_number s_region jpegURL dataURL dataRights_obs mtFlag srcDen obsid objID objID1 "
    "distance"
).split()
"""The columns of a table that tell of the observation."""

PRODUCT_KEYS = (
    "obsID obs_collection dataproduct_type description type dataURI productType productGroupDescription productSubGroupDescription "
    "productDocumentationURL project prvversion proposal_id productFilename size parent_obsid dataRights calib_level_prod filters_prod"
).split()
"""The columns that tell of the file."""

table_keys = np.array([*OBSERVATION_KEYS, *PRODUCT_KEYS, "pipeline", "mission", "year", "start_time", "end_time", "targetid"])
"""The columns that a table of lksearch has."""
