"""Every public name of lksearch, its main branch of July 2026, with its arguments."""

import importlib
import inspect

import pytest

from lksearch_rs import compat

NAMES = "MASTSearch KeplerSearch K2Search TESSSearch conf Conf config utils catalogsearch log __version__ get_version PACKAGEDIR".split()
MODULES = {
    "config": "get_config_dir get_config_file create_config_file get_cache_dir clearcache ConfigNamespace ConfigItem",
    "utils": "SearchError SearchWarning SearchDeprecationError suppress_stdout default_download_dir table_keys",
    "catalogsearch": "query_region query_id query_names match_names_catalogs",
    "MASTSearch": "MASTSearch",
    "KeplerSearch": "KeplerSearch",
    "K2Search": "K2Search",
    "TESSSearch": "TESSSearch",
}
FILTERS = "target_name pipeline mission exptime distance year description filetype"
DOWNLOAD = "cloud cache cloud_only download_dir"
ARGUMENTS = {
    "MASTSearch": "target obs_table prod_table table search_radius exptime mission pipeline sequence",
    "KeplerSearch": "target obs_table prod_table table search_radius exptime pipeline quarter month hlsp",
    "K2Search": "target obs_table prod_table table search_radius exptime pipeline campaign hlsp",
    "TESSSearch": "target obs_table prod_table table search_radius exptime pipeline sector hlsp",
    "MASTSearch.filter_table": f"self {FILTERS} sequence limit inplace",
    "KeplerSearch.filter_table": f"self {FILTERS} limit inplace quarter month",
    "K2Search.filter_table": f"self {FILTERS} campaign limit inplace",
    "TESSSearch.filter_table": f"self {FILTERS} limit inplace sector",
    "MASTSearch.query_table": "self criteria inplace",
    "MASTSearch.download": f"self {DOWNLOAD} remove_incomplete",
    "TESSSearch.download": f"self {DOWNLOAD} TESScut_size remove_incomplete",
    "catalogsearch.query_region": "search_input output_epoch catalog radius magnitude_limit max_results return_skycoord",
    "catalogsearch.query_id": "search_object output_catalog input_catalog max_results return_skycoord output_epoch",
    "catalogsearch.query_names": "search_input",
    "catalogsearch.match_names_catalogs": "search_input match",
    "config.create_config_file": "overwrite",
    "config.clearcache": "test",
}
PROPERTIES = {
    "MASTSearch": "table ra dec exptime mission year pipeline target_name uris cloud_uri timeseries cubedata dvreports SkyCoord",
    "KeplerSearch": "quarter HLSPs mission_products",
    "K2Search": "campaign HLSPs mission_products",
    "TESSSearch": "sector HLSPs mission_products tesscut",
}


def test_every_name_is_here():
    assert [name for name in NAMES if not hasattr(compat, name)] == []
    for module, names in MODULES.items():
        found = importlib.import_module(f"lksearch_rs.compat.{module}")
        assert [name for name in names.split() if not hasattr(found, name)] == [], module


@pytest.mark.parametrize("path", ARGUMENTS)
def test_arguments_have_their_names_and_order(path):
    found = compat
    for name in path.split("."):
        found = getattr(found, name)
    assert list(inspect.signature(found).parameters) == ARGUMENTS[path].split()


@pytest.mark.parametrize("name", PROPERTIES)
def test_properties_are_there(name):
    assert [each for each in PROPERTIES[name].split() if not isinstance(getattr(getattr(compat, name), each), property)] == []


def test_errors_are_of_each_other():
    assert issubclass(compat.utils.SearchDeprecationError, compat.utils.SearchError)
    assert issubclass(compat.utils.SearchWarning, Warning)
    assert {"target_name", "dataURI", "pipeline"} <= set(compat.utils.table_keys)


def test_importing_changes_nothing_of_pandas(home):
    import pandas

    assert pandas.options.display.max_rows == 60
    assert not (home / ".lksearch").exists()
