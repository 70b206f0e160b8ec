"""`conf` and the settings file."""

import os
from pathlib import Path

import pytest

from lksearch_rs import compat as lksearch

NAMES = ["search_result_display_extra_columns", "cache_dir", "CLOUD_ONLY", "PREFER_CLOUD", "DOWNLOAD_CLOUD", "CHECK_CACHED_FILE_SIZES"]


def test_settings_have_their_names_and_defaults(monkeypatch):
    monkeypatch.delenv("LKSEARCH_CACHE_DIR")
    assert list(lksearch.conf) == NAMES
    assert [item() for _, item in lksearch.conf.items()] == [[], None, False, True, True, True]
    assert [item.defaultvalue for item in lksearch.conf.values()] == [[], None, False, True, True, True]


def test_a_value_holds_until_it_is_reloaded():
    lksearch.conf.CLOUD_ONLY = True
    assert lksearch.conf.CLOUD_ONLY is True
    with lksearch.conf.set_temp("CLOUD_ONLY", False):
        assert lksearch.conf.CLOUD_ONLY is False
    assert lksearch.conf.CLOUD_ONLY is True
    lksearch.conf.reload()
    assert lksearch.conf.CLOUD_ONLY is False


def test_values_of_a_block_end_with_their_own_block():
    with lksearch.conf.set_temp("CLOUD_ONLY", True):
        lksearch.conf.PREFER_CLOUD = False
        block = lksearch.conf.set_temp("DOWNLOAD_CLOUD", False)
        block.__enter__()
    assert (lksearch.conf.CLOUD_ONLY, lksearch.conf.PREFER_CLOUD, lksearch.conf.DOWNLOAD_CLOUD) == (False, False, False)
    block.__exit__(None, None, None)
    assert (lksearch.conf.CLOUD_ONLY, lksearch.conf.PREFER_CLOUD, lksearch.conf.DOWNLOAD_CLOUD) == (False, False, True)


def test_settings_that_cannot_be_read_are_a_search_error(monkeypatch):
    with pytest.raises(TypeError, match="list of texts"):
        lksearch.conf.search_result_display_extra_columns = 5
    monkeypatch.setenv("LKSEARCH_CLOUD_ONLY", "maybe")
    for ask in [lambda: lksearch.conf.PREFER_CLOUD, lksearch.config.get_cache_dir, lambda: lksearch.TESSSearch("TOI 1161")]:
        with pytest.raises(lksearch.utils.SearchError, match="LKSEARCH_CLOUD_ONLY"):
            ask()


def test_b57_the_class_is_the_same_place():
    lksearch.Conf.DOWNLOAD_CLOUD = False
    assert lksearch.conf.DOWNLOAD_CLOUD is False
    lksearch.conf.reload()
    assert lksearch.conf.DOWNLOAD_CLOUD is True


def test_a_wrong_name_or_value_is_an_error():
    with pytest.raises(AttributeError, match="PREFER_CLOUD"):
        lksearch.conf.PREFER_CLUOD = False
    with pytest.raises(TypeError, match="True or False"):
        lksearch.conf.PREFER_CLOUD = "maybe"
    with pytest.raises(TypeError, match="text"):
        lksearch.conf.cache_dir = 5


def test_b28_the_file_that_is_written_is_read(home, caplog):
    lksearch.config.create_config_file()
    path = Path(lksearch.config.get_config_file())
    assert path.is_file() and str(path.parent) == lksearch.config.get_config_dir()
    text = path.read_text()
    lksearch.config.create_config_file()
    assert "overwrite=True" in caplog.text and path.read_text() == text
    path.write_text('cloud_only = true\nsearch_result_display_extra_columns = ["obs_id"]\n')
    lksearch.conf.reload()
    assert lksearch.conf.CLOUD_ONLY is True and lksearch.conf.search_result_display_extra_columns == ["obs_id"]


def test_the_environment_is_read_when_it_is_used(monkeypatch):
    monkeypatch.setenv("LKSEARCH_PREFER_CLOUD", "false")
    assert lksearch.conf.PREFER_CLOUD is False


def test_b31_asking_for_directories_makes_none(home):
    for path in [lksearch.config.get_cache_dir(), lksearch.config.get_config_dir(), lksearch.config.get_config_file()]:
        assert os.path.isabs(path) and not os.path.exists(path)


def test_suppress_stdout(capsys):
    @lksearch.utils.suppress_stdout
    def talk():
        print("text")
        return 5

    assert talk() == 5 and capsys.readouterr().out == ""
