"""`catalogsearch`."""

import numpy as np
import pandas as pd
import pytest

from lksearch_rs.compat.catalogsearch import match_names_catalogs, query_id, query_names, query_region

KEPLER_10 = (285.6793883, 50.2413057)
GAIA = 2132155017099178624


def test_a_region_has_lksearchs_columns_in_their_order():
    stars = query_region(KEPLER_10, catalog="tic", radius=40)
    assert list(stars.columns[:7]) == ["ID", "RA", "Dec", "Separation", "Relative_Flux", "pmRA", "pmDE"]
    others = list(stars.columns[7:])
    mags = [name for name in others if name.endswith("mag")]
    assert others == sorted(mags) + sorted(set(others) - set(mags)) and "TESSmag" in mags
    assert stars["ID"][0] == "TIC 377780790" and stars["Separation"].is_monotonic_increasing
    assert (stars["TESSmag"] <= 18).all() and stars["Relative_Flux"][0] == 1
    everything = query_region(KEPLER_10, catalog="tic", radius=40, magnitude_limit=None)
    assert len(everything) > len(stars) and everything["pmRA"].isna().any(), "B43"
    assert everything["Separation"].notna().all(), "B41"
    assert len(query_region(KEPLER_10, max_results=2)) == 2


@pytest.mark.parametrize("target", ["Kepler-10", "285.6793883 50.2413057", "19h02m43.05s +50d14m28.7s", "TIC 377780790"])
def test_a_region_is_around_names_and_positions(target):
    assert query_region(target)["ID"][0] == "TIC 377780790"


def test_b03_all_catalogues_agree_on_a_place_at_a_time():
    time = pytest.importorskip("astropy.time")
    for epoch in [time.Time(2026.0, format="jyear", scale="tt"), 2026.0, 2461041.5]:
        places = [query_region((269.446, 4.7682), epoch, catalog, 5) for catalog in ["tic", "gaiadr3"]]
        assert np.allclose(places[0][["RA", "Dec"]].iloc[0], places[1][["RA", "Dec"]].iloc[0], atol=1e-6), epoch
        assert abs(places[0]["Dec"].iloc[0] - 4.76820) < 1e-4, "166 arcseconds from its place in 2000"


def test_a_region_may_be_a_skycoord_or_empty():
    coordinates = pytest.importorskip("astropy.coordinates")
    here = coordinates.SkyCoord(*KEPLER_10, unit="deg")
    stars = query_region(here, radius=40, return_skycoord=True)
    assert isinstance(stars, coordinates.SkyCoord) and stars[0].separation(here).arcsec < 0.1
    empty = query_region((10.0, 80.0), catalog="epic", radius=20)
    assert isinstance(empty, pd.DataFrame) and len(empty) == 0 and "Separation" in empty
    with pytest.raises(ValueError, match="Can not parse catalog name 'simbad'"):
        query_region(here, catalog="simbad")
    with pytest.raises(ValueError, match="one target"):
        query_region(coordinates.SkyCoord([1, 2], [3, 4], unit="deg"))


@pytest.mark.parametrize(
    ("asked", "options", "column", "number"),
    [
        ("TIC 377780790", {}, "TIC", 377780790),
        ("tess377780790", {}, "TIC", 377780790),
        (377780790, {"output_catalog": "TIC"}, "TIC", 377780790),
        (np.int64(377780790), {"output_catalog": "tic"}, "TIC", 377780790),
        ("kplr011904151", {}, "KIC", 11904151),
        ("ktwo 201912552", {}, "ID", 201912552),
        (f"GAIA {GAIA}", {}, "Source", GAIA),
        (f"gaiadr3{GAIA}", {}, "Source", GAIA),
        (GAIA, {"output_catalog": "gaiadr3"}, "Source", GAIA),
        (f"GAIA {GAIA}", {"output_catalog": "tic"}, "TIC", 377780790),
        (GAIA, {"output_catalog": "tic", "input_catalog": "gaiadr3"}, "TIC", 377780790),
        ("KIC 11904151", {"output_catalog": "gaiadr3"}, "Source", GAIA),
    ],
)
def test_numbers_are_looked_up(asked, options, column, number):
    found = query_id(asked, **options)
    assert found[column].tolist() == [number]


def test_b05_lists_are_of_their_own_catalogue(caplog):
    found = query_id(["KIC 11904151", "KIC 7419318", "KIC 5"])
    assert found["KIC"].tolist() == [11904151, 7419318] and "KIC 5" in caplog.text
    with pytest.raises(ValueError, match="several catalogues"):
        query_id(["KIC 11904151", "TIC 377780790"])
    with pytest.raises(ValueError, match="names no catalogue"):
        query_id(5)


def test_names_and_their_catalogues():
    names = query_names("Kepler-10")
    assert {"Kepler-10", "KIC 11904151"} <= set(names.id.values)
    assert len(query_names(["Kepler 10", "K2-18"])) == 2
    found = match_names_catalogs(["Kepler 10", "K2-18"], match=["tic", "epic", "gaia", "2MASS"])
    assert list(found.columns) == ["search", "tic", "epic", "gaia", "2MASS"] and len(found) == 2
    assert found["epic"].tolist() == ["", "EPIC 201912552"] and found["2MASS"][0] == "2MASS J19024305+5014286"
    assert found["gaia"][0].count(", ") == 1, "B48: DR2 and DR3"


def test_numbers_come_in_arrays_and_series():
    for numbers in [np.array([377780790]), pd.Series([377780790.0])]:
        assert query_id(numbers, output_catalog="tic")["TIC"].tolist() == [377780790]
    with pytest.raises(ValueError, match="no number"):
        query_id([], output_catalog="tic")
