"""Searches and their tables. A B-number is the fault of the Python package that a test guards against."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

from lksearch_rs import compat as lksearch
from lksearch_rs.compat.utils import SearchDeprecationError, SearchError

LIGHT_CURVE = "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits"


@pytest.fixture(scope="module")
def toi(archive):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in archive.environment.items():
            patch.setenv(name, value)
        lksearch.conf.reload()
        return lksearch.TESSSearch("TOI 1161")


@pytest.fixture
def sector_14():
    return lksearch.TESSSearch("TOI 1161", sector=14)


def test_the_tutorials_numbers(toi):
    counts = {"timeseries": 86, "cubedata": 46, "dvreports": 104, "HLSPs": 108, "mission_products": 128, "tesscut": 12}
    assert len(toi) == 236
    assert {name: len(getattr(toi, name)) for name in counts} == counts
    assert len(lksearch.K2Search("K2-18")) == 6
    assert len(lksearch.MASTSearch("TOI 1161")) == 244


def test_a_table_is_read_by_label_and_attribute(sector_14):
    light_curves = sector_14.timeseries
    assert light_curves.table["productFilename"][0] == LIGHT_CURVE
    assert light_curves.productFilename[0] == LIGHT_CURVE
    assert light_curves.table["pipeline"].str.contains("QLP").any()
    assert isinstance(light_curves["year"], pd.Series) and list(light_curves[["year", "pipeline"]]) == ["year", "pipeline"]
    for name in ["ra", "dec", "exptime", "mission", "year", "pipeline", "target_name", "sector"]:
        assert isinstance(getattr(light_curves, name), np.ndarray), name
    assert (light_curves.sector == 14).all() and light_curves.year.dtype.kind == "i"
    with pytest.raises(AttributeError, match="no attribute 'quarter'"):
        light_curves.quarter  # noqa: B018


def test_b09_attributes_are_of_the_rows_that_are_here(sector_14):
    few = sector_14.filter_table(pipeline="SPOC")
    assert len(few.productFilename) == len(few.description) == len(few.dataURI) == len(few) == 5


def test_b10_rows_are_chosen_by_position_in_the_order_given(sector_14):
    names = sector_14.table["productFilename"].tolist()
    num = len(names)

    def chosen(key):
        return sector_14[key].table["productFilename"].tolist()

    assert chosen([2, 0]) == [names[2], names[0]]
    assert chosen([1, 1]) == [names[1], names[1]]
    assert chosen(-1) == chosen(np.int64(num - 1)) == [names[-1]]
    assert chosen([-1, 0]) == [names[-1], names[0]]
    assert chosen(list(range(num))) == names
    assert chosen(slice(2, 5)) == names[2:5]
    mask = sector_14.pipeline == "QLP"
    qlp = [name for name, of_qlp in zip(names, mask, strict=True) if of_qlp]
    assert chosen(mask) == chosen(mask.tolist()) == chosen(sector_14.table["pipeline"] == "QLP") == qlp
    assert len(sector_14[np.bool_(False)]) == 0 and len(sector_14[[]]) == 0
    assert isinstance(sector_14[0:4]["year"], pd.Series)
    for key, error in [(num, IndexError), ([True], IndexError), (1.5, TypeError), (None, TypeError)]:
        with pytest.raises(error):
            sector_14[key]


def test_b12_filters_may_follow_each_other(sector_14):
    found = lksearch.TESSSearch("TOI 1161", sector=14)
    for _ in range(3):
        assert found.filter_table(exptime=(0, 9999), inplace=True) is None
        assert found.query_table("sector == 14 and exptime >= 20", inplace=True) is None
    assert found.table.columns.tolist() == sector_14.table.columns.tolist()
    assert found.table.index.tolist() == list(range(len(sector_14)))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"exptime": 120}, 6),
        ({"exptime": np.int64(120)}, 6),
        ({"exptime": (9999, 1000)}, 6),
        ({"exptime": [120, 1800]}, 12),
        ({"exptime": "shortest"}, 6),
        ({"pipeline": ["spoc", "qlp"]}, 6),
        ({"filetype": "lightcurve"}, 6),
        ({"filetype": "target pixel"}, 2),
        ({"filetype": 0}, 12),
        ({"year": "2019"}, 12),
        ({"year": np.array([2018, 2020])}, 0),
        ({"year": (2018, 2020)}, 12),
        ({"distance": 0}, 12),
        ({"description": "light curves ("}, 0),
        ({"description": ["LIGHT", "target pixel"]}, 2),
        ({"description": ("light", "target pixel")}, 0),
        ({"description": 0}, 12),
        ({"target_name": 158324245}, 11),
        ({"mission": "tess"}, 5),
        ({"limit": 0}, 0),
        ({"limit": 1000}, 12),
        ({"pipeline": "TESS"}, 5),
    ],
)
def test_filters_take_what_lksearch_takes(sector_14, filters, expected):
    assert len(sector_14.filter_table(**filters)) == expected


def test_b40_a_limit_on_nothing_is_nothing(sector_14):
    assert len(sector_14.filter_table(pipeline="nobody").filter_table(limit=5)) == 0


def test_a_table_that_was_changed_counts(sector_14):
    sector_14.table["mine"] = range(len(sector_14))
    few = sector_14[[3, 1]]
    assert few.table["mine"].tolist() == [3, 1]
    sector_14.table = sector_14.table[sector_14.table["pipeline"] == "SPOC"]
    assert len(sector_14) == len(sector_14.filter_table(sector=14)) == 5
    assert len(sector_14.timeseries) == 1


def test_b32_a_saved_table_is_a_search_again(sector_14, home):
    sector_14.table.to_csv(home / "found.csv", index=False)
    again = lksearch.TESSSearch(table=pd.read_csv(home / "found.csv"))
    assert "TESSSearch object containing 12 data products" in repr(again)
    assert again.timeseries.table["dataURI"].tolist() == sector_14.timeseries.table["dataURI"].tolist()
    observations, products = sector_14.obs_table, sector_14.prod_table
    assert observations["obsid"].is_unique and products["dataURI"].is_unique
    joined = lksearch.MASTSearch(obs_table=observations, prod_table=products)
    assert set(joined.table["dataURI"].dropna()) == set(sector_14.table["dataURI"].dropna())
    alone = lksearch.TESSSearch(obs_table=observations.astype({"obsid": float}))
    assert set(sector_14.table["dataURI"].dropna()) <= set(alone.table["dataURI"]) and (alone.sector == 14).all()
    assert alone.timeseries.exptime.tolist() == sector_14.timeseries.exptime.tolist()
    with pytest.raises(SearchError, match="a table of observations"):
        lksearch.TESSSearch(obs_table=pd.DataFrame({"name": ["TOI 1161"]}))


def test_an_empty_table_is_an_empty_search():
    empty = lksearch.MASTSearch(table=pd.DataFrame())
    assert len(empty) == 0 and str(empty) == "No results found"
    with pytest.warns(lksearch.utils.SearchWarning, match="Cannot download"):
        assert empty.download() is None


def test_nothing_found_is_an_error_with_a_reason():
    with pytest.raises(SearchError, match="No data found for target TOI 1161"):
        lksearch.TESSSearch("TOI 1161", sector=14, exptime=20)
    with pytest.raises(SearchError, match="no such star"):
        lksearch.MASTSearch("no such star")
    assert len(lksearch.KeplerSearch("KIC 11904151", quarter=12)) == 0


def test_targets_are_names_ids_and_positions():
    astropy = pytest.importorskip("astropy.coordinates")
    names = lksearch.KeplerSearch("KIC 11904151", exptime="long").cubedata.table["productFilename"].tolist()
    assert len(names) == 15
    place = astropy.SkyCoord(285.67938, 50.241306, unit="deg")
    for target in [place, place.galactic, (285.67938, 50.241306), "285.67938 +50.241306", "19:02:43.05 +50:14:28.7"]:
        found = lksearch.KeplerSearch(target, exptime="long").cubedata
        assert found.table["productFilename"].tolist() == names, target
    assert abs(lksearch.KeplerSearch("Kepler-10").SkyCoord.ra.deg - 285.679) < 0.001
    for target in [11904151, np.int64(11904151)]:
        with pytest.raises(TypeError, match="KIC 11904151"):
            lksearch.KeplerSearch(target)
    with pytest.raises(ValueError, match="one target"):
        lksearch.KeplerSearch(astropy.SkyCoord([1, 2], [3, 4], unit="deg"))


def test_a_radius_may_be_a_quantity():
    units = pytest.importorskip("astropy.units")
    assert len(lksearch.KeplerSearch("KIC 11904151", search_radius=60)) == len(lksearch.KeplerSearch("KIC 11904151", search_radius=1 * units.arcmin))


def test_campaigns_are_texts_and_may_be_filtered():
    split = lksearch.K2Search("EPIC 228162462", exptime="long", campaign=9).cubedata
    assert split.campaign.tolist() == ["09a", "09b"]
    assert split.filter_table(campaign="09a").campaign.tolist() == ["09a"]
    assert lksearch.K2Search("K2-18").cubedata.campaign.tolist() == ["1"]
    split.table = split.table.copy().assign(mine=1)
    assert split.filter_table(campaign=9).campaign.tolist() == ["09a", "09b"]


def test_quarters_and_months():
    found = lksearch.KeplerSearch("KIC 11904151", exptime="short", quarter=[2, 3, 4]).cubedata
    assert sorted(found.quarter) == [2, 3, 3, 3, 4]
    assert len(lksearch.KeplerSearch("KIC 11904151", quarter=11, month=[1, 3], exptime="short").cubedata) == 2
    assert len(found.filter_table(quarter=3, month=2)) == 1


def test_a_search_is_shown_with_ten_rows(toi):
    assert "TESSSearch object containing 236 data products" in repr(toi)
    assert len(repr(toi).splitlines()) < 20 and "<table" in toi._repr_html_()
    lksearch.conf.search_result_display_extra_columns = ["obs_id"]
    assert "obs_id" in repr(toi)


def test_a_search_is_copied_and_pickled(sector_14):
    for other in [copy.deepcopy(sector_14), pickle.loads(pickle.dumps(sector_14))]:
        assert other.table.equals(sector_14.table) and len(other.timeseries) == 6


def test_single_frames_are_no_longer_searched(sector_14):
    with pytest.raises(SearchDeprecationError, match="deprecated"):
        sector_14.search_sector_ffis(14)
