"""The archive inside the package, and clients of it whose files are in a directory of the test."""

import os
import signal

import lksearch_rs
import pytest

# Who runs the tests in the background may have it ignored, and the processes that tests interrupt would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

PIPELINES = ["SPOC", "TESS-SPOC", "QLP"]


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_the_user(tmp_path_factory):
    """Neither files nor variables of whoever runs the tests count."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("LKSEARCH_", "XDG_"))]:
        del os.environ[name]
    os.environ["HOME"] = str(home)


@pytest.fixture(scope="session")
def archive(no_settings_of_the_user):
    with lksearch_rs.sandbox() as running:
        yield running


@pytest.fixture
def client(archive, tmp_path):
    return archive.client(cache_dir=tmp_path / "cache")


@pytest.fixture
def found(client):
    return client.search("TOI 1161", mission="tess", sector=14, kind="timeseries", pipeline=PIPELINES)
