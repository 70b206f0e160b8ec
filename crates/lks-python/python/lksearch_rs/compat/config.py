"""Where settings and files are. Nothing is created by asking."""

import os

import lksearch_rs

from . import _client
from ._conf import ConfigItem, ConfigNamespace

ROOTNAME = "lksearch"

__all__ = [
    "ROOTNAME",
    "ConfigItem",
    "ConfigNamespace",
    "clearcache",
    "create_config_file",
    "get_cache_dir",
    "get_config_dir",
    "get_config_file",
]


def get_config_dir() -> str:
    """The directory of the settings files."""
    return os.path.dirname(get_config_file())


def get_config_file() -> str:
    """The settings file `lksearch.toml`. lksearch's own `lksearch.cfg` beside it is read as well."""
    return os.path.abspath(lksearch_rs.config_file())


def create_config_file(overwrite: bool = False) -> None:
    """Writes a settings file with all settings, commented out. One that is there is left alone unless `overwrite` is true."""
    from . import log

    path = get_config_file()
    if os.path.exists(path) and not overwrite:
        log.error("%s is there; create_config_file(overwrite=True) writes it anew", path)
        return
    with _client.errors():
        lksearch_rs.init_config(force=overwrite)
    _client.forget()


def get_cache_dir() -> str:
    """The directory that files are kept in; it is made when the first one is."""
    return os.path.abspath(_client.client().cache_dir)


def clearcache(test: bool = True) -> None:
    """Removes the downloaded files of the cache; unless `test` is False it only prints which."""
    if test:
        print("Running in test mode, rerun with test=False to clear cache")
    with _client.errors():
        paths = _client.client().cache_clear(apply=not test)
    if test:
        for path in paths:
            print(f"removing {path}")
