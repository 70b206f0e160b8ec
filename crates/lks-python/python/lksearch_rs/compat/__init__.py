"""The interface of the Python package lksearch over this one: `from lksearch_rs import compat as lksearch`.

Names, arguments, tables and exceptions are those of lksearch; what is found and fetched, and how, is this package's. Where lksearch is
wrong, this is not: the guide's page about coming from Python lists each difference. pandas is needed; astropy's types are accepted and,
where they are asked for, given back.
"""

import logging
import os

from .. import __version__

try:
    import pandas as _pandas  # noqa: F401
except ImportError as _error:
    raise ImportError("lksearch_rs.compat gives pandas DataFrames: install pandas (pip install pandas)") from _error

log = logging.getLogger("lksearch")
PACKAGEDIR = os.path.dirname(os.path.abspath(__file__))


def get_version() -> str:
    """The version of this package."""
    return __version__


from . import config  # noqa: E402
from ._conf import Conf, conf  # noqa: E402
from . import utils  # noqa: E402
from . import catalogsearch  # noqa: E402
from .MASTSearch import MASTSearch  # noqa: E402
from .KeplerSearch import KeplerSearch  # noqa: E402
from .K2Search import K2Search  # noqa: E402
from .TESSSearch import TESSSearch  # noqa: E402

__all__ = [
    "Conf",
    "K2Search",
    "KeplerSearch",
    "MASTSearch",
    "PACKAGEDIR",
    "TESSSearch",
    "__version__",
    "catalogsearch",
    "conf",
    "config",
    "get_version",
    "log",
    "utils",
]
