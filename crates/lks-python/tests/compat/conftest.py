"""The environment points at the archive of all tests, and a home folder is a test's own."""

import pytest

pytest.importorskip("pandas")


@pytest.fixture(autouse=True)
def home(archive, tmp_path, monkeypatch):
    from lksearch_rs import compat

    for name, value in archive.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LKSEARCH_CACHE_DIR", str(tmp_path / "cache"))
    compat.conf.reload()
    yield tmp_path
    compat.conf.reload()
