"""Clients of `lksearch_rs` by the settings that hold now, and what its errors are called here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import lksearch_rs

from .utils import SearchError

overrides: dict[str, Any] = {}
"""What was set at run time by `conf`, by the key of lksearch_rs."""

_clients: dict[tuple[Any, ...], lksearch_rs.Client] = {}


def client() -> lksearch_rs.Client:
    """A client with what `conf` says."""
    # A setting that was set to None takes nothing away from the files, which cannot be done here; it is as if it had not been set.
    settings = {key: value for key, value in overrides.items() if value is not None}
    surroundings = sorted(item for item in os.environ.items() if item[0].startswith(("LKSEARCH_", "XDG_")) or item[0] == "HOME")
    name = (repr(sorted(settings.items())), tuple(surroundings))
    found = _clients.get(name)
    if found is None:
        # One at a time is enough: the settings change seldom, and a client holds connections.
        _clients.clear()
        with errors():
            found = _clients[name] = lksearch_rs.Client(settings)
    return found


def forget() -> None:
    """Makes the next client read the settings files again."""
    _clients.clear()


@contextmanager
def errors() -> Iterator[None]:
    """Gives what goes wrong the name that it has in lksearch."""
    try:
        yield
    except lksearch_rs.LksearchError as error:
        raise SearchError(str(error)) from error
