import datetime
import pickle

import lksearch_rs
import numpy
import pandas
import pytest


@pytest.fixture
def table():
    return lksearch_rs.Table(
        {
            "name": ["a", None, "c"],
            "sector": [14, None, 74],
            "flux": [1.5, None, float("nan")],
            "good": [True, False, None],
            "begin": [datetime.datetime(2019, 7, 18, 20, 29, 1), None, datetime.datetime(2020, 1, 1)],
        }
    )


def test_rows_and_columns_are_chosen_in_brackets(found):
    assert found[0]["sector"] == 14
    assert found[-1] == found[2]
    assert len(found[:2]) == 2 and len(found[::2]) == 2 and len(found[::-1]) == 3
    assert found[[2, 0]][0] == found[2]
    assert found[["sector", "pipeline"]].columns == ["sector", "pipeline"]
    assert type(found[:2]) is lksearch_rs.SearchResult
    assert len(found[[True, False, True]]) == 2
    assert len(found[numpy.array([True, False, True])]) == 2
    assert len(found[found["sector"] > 50]) == 0
    assert len(found[(found["pipeline"] == "SPOC") | (found["pipeline"] == "QLP")]) == 2
    assert len(found[~(found["pipeline"] == "SPOC")]) == 2
    assert len(found[found["pipeline"].isin(["SPOC", "QLP"])]) == 2
    assert len(found[found["dataURI"].contains("LC.FITS")]) == len(found.filter("dataURI.str.contains('lc.fits')"))
    assert [row["sector"] for row in found] == [14, 14, 14]
    with pytest.raises(IndexError):
        found[3]
    with pytest.raises(lksearch_rs.InvalidQueryError, match="sector"):
        found["sectr"]
    with pytest.raises(ValueError, match="&"):
        bool(found["sector"] > 50)


def test_nothing_is_neither_equal_nor_unequal(table):
    assert len(table[table["sector"] == 14]) == 1
    assert len(table[table["sector"] != 14]) == 1
    assert len(table[~(table["sector"] == 14)]) == 1
    assert table["sector"].nulls.to_list() == [False, True, False]
    assert len(table[table["sector"].nulls]) == 1


def test_columns_keep_their_types(table):
    assert [table[name].dtype for name in table.columns] == ["text", "<i8", "<f8", "boolean", "timestamp"]
    assert table["begin"].to_list()[0] == datetime.datetime(2019, 7, 18, 20, 29, 1)
    assert table["good"].to_list() == [True, False, None]
    numpy.testing.assert_array_equal(table["flux"].to_numpy(), [1.5, numpy.nan, numpy.nan])
    numpy.testing.assert_array_equal(table["sector"].to_numpy(), [14, numpy.nan, 74])
    assert table["sector"].to_masked().mask.tolist() == [False, True, False]
    assert numpy.isnat(table["begin"].to_numpy()).tolist() == [False, True, False]


def test_pandas_gets_its_own_types(table):
    frame = table.to_pandas()
    assert [str(dtype) for dtype in frame.dtypes] == ["object", "Int64", "float64", "boolean", "datetime64[us]"]
    assert frame["sector"].isna().tolist() == [False, True, False]
    again = lksearch_rs.Table(frame)
    assert again == table


def test_numbers_go_to_numpy_without_a_copy(found):
    column = found["exptime"]
    array = column.to_numpy()
    assert not array.flags.writeable
    assert array.base is not None
    assert array.__array_interface__["data"][0] == column.__array_interface__["data"][0]
    del column
    assert array.tolist() == found["exptime"].to_list()


def test_a_table_pickles_and_stays_what_it_is(found, client):
    again = pickle.loads(pickle.dumps(found))
    assert type(again) is lksearch_rs.SearchResult
    assert again == found and again.mission == "tess" and again.position == found.position
    assert again.client.settings == client.settings
    assert pickle.loads(pickle.dumps(lksearch_rs.Table(found))) == found


def test_a_table_is_saved_and_read(found, tmp_path):
    for ending in ("csv", "json", "ndjson", "parquet", "arrow", "feather", "xml"):
        path = tmp_path / f"found.{ending}"
        found.write(path)
        again = lksearch_rs.Table.read(path)
        assert len(again) == 3 and again["dataURI"].to_list() == found["dataURI"].to_list(), ending
    found.write(tmp_path / "found.ecsv")
    found.write(tmp_path / "found.fits")
    assert len(found.client.open(tmp_path / "found.fits")[1].read(["dataURI"])) == 3
    found.write(tmp_path / "found", format="CSV")
    assert (tmp_path / "found").read_bytes() == (tmp_path / "found.csv").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
    with pytest.raises(lksearch_rs.LksearchError, match="docx"):
        found.write(tmp_path / "found.docx")
    assert not (tmp_path / "found.docx").exists()


def test_every_row_is_sorted_and_taken(found):
    names = found["productFilename"].to_list()
    assert found.sort("productFilename")["productFilename"].to_list() == sorted(names)
    assert found.sort("productFilename", descending=True)["productFilename"].to_list() == sorted(names, reverse=True)
    assert found.take([-1])["productFilename"].to_list() == names[-1:]


def test_a_result_of_other_programs_rows(found):
    frame = found.to_pandas()
    made = lksearch_rs.SearchResult.from_table(frame, mission="tess")
    assert made["dataURI"].to_list() == found["dataURI"].to_list()
    assert made.to_pandas().equals(frame)


def test_nothing_is_a_table_too():
    empty = lksearch_rs.Table()
    assert len(empty) == 0 and empty.columns == [] and list(empty) == []
    assert len(empty.to_pandas()) == 0
    assert pickle.loads(pickle.dumps(empty)) == empty


@pytest.mark.parametrize("package", ["pyarrow", "polars", "astropy"])
def test_other_packages_read_it_where_they_are(found, package):
    pytest.importorskip(package)
    made = {"pyarrow": found.to_arrow, "polars": found.to_polars, "astropy": found.to_astropy}[package]()
    assert len(made) == 3
    assert lksearch_rs.Table(made)["dataURI"].to_list() == found["dataURI"].to_list()


def test_rows_that_were_chosen_one_by_one_are_a_table(found, client):
    assert client.dry_run(found[0])["dataURI"].to_list() == found["dataURI"].to_list()[:1]
    chosen = [row for row in found if row["pipeline"] != "QLP"]
    assert client.dry_run(chosen)["dataURI"].to_list() == [row["dataURI"] for row in chosen] and len(chosen) == 2
    assert lksearch_rs.Table([{"a": 1}, {"b": "x"}]) == lksearch_rs.Table({"a": [1, None], "b": [None, "x"]})
    assert len(lksearch_rs.Table([])) == 0
    for other in [["mast:TESS/x"], "mast:TESS/x", 5]:
        with pytest.raises(TypeError, match="row"):
            lksearch_rs.Table(other)
