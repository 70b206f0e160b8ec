"""Tables that come back from pandas after somebody worked with them."""

import lksearch_rs
import pandas
import pytest

URIS = "dataURI"
CHANGES = {
    "every second row": lambda frame: frame[::2],
    "the other way round": lambda frame: frame[::-1],
    "sorted": lambda frame: frame.sort_values(URIS),
    "other labels": lambda frame: frame.set_index(frame.index + 10),
    "an index of URIs": lambda frame: frame.set_index(URIS),
    "an index of two": lambda frame: frame.set_index(["pipeline", "sector"]),
    "pandas' own types": lambda frame: frame.convert_dtypes(),
    "objects": lambda frame: frame.astype(object),
    "categories": lambda frame: frame.astype({URIS: "category", "pipeline": "category", "obs_id": "category"}),
    "texts": lambda frame: frame.astype({"sector": str, "exptime": str, "size": str}),
    "floats": lambda frame: frame.astype({"sector": float, "size": float}),
    "an id that is a number": lambda frame: frame.astype({"obsid": float}),
    "smaller numbers": lambda frame: frame.astype({"sector": "int8", "exptime": "float32"}),
    "columns of other things": lambda frame: frame.assign(
        mixed=[1, "a", 2.5][: len(frame)], large=2**70, unsigned=2**63 + 1, complex=1j, bytes=b"a", when=pandas.Timestamp(0, tz="UTC"), list=[[1]] * len(frame)
    ),
    "sparse": lambda frame: frame.assign(sparse=pandas.arrays.SparseArray([1] * len(frame))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_frame_that_was_changed_is_still_a_result(found, client, change):
    frame = CHANGES[change](found.to_pandas())
    result = lksearch_rs.SearchResult.from_table(frame, "tess", client)
    uris = frame.reset_index()[URIS].astype(str).tolist()
    assert result[URIS].to_list() == uris
    few = result.filter(sector=14, exptime=(60, 200), pipeline="SPOC")
    assert few[URIS].to_list() == [uri for uri in uris if uri.endswith("-s_lc.fits")]
    assert result["sector"].dtype == "<i8" and result["obsid"].dtype == "text"
    assert set(client.dry_run(frame)["action"]) == {"fetch"}


@pytest.mark.parametrize("types", [lambda frame: frame, lambda frame: frame.convert_dtypes(), lambda frame: frame.astype(object)])
def test_a_frame_without_rows_is_an_empty_result(found, client, types):
    frame = types(found.to_pandas()[lambda frame: frame["sector"] == 99])
    result = lksearch_rs.SearchResult.from_table(frame, "tess", client)
    assert len(result) == 0 and len(result.filter(sector=14)) == 0
    assert result.download().counts == {}


def test_what_cannot_be_read_as_a_number_stays(found, client):
    frame = found.to_pandas().astype({"sector": object})
    frame.loc[0, "sector"] = "fourteen"
    result = lksearch_rs.SearchResult.from_table(frame, "tess", client)
    assert result["sector"].to_list() == ["fourteen", "14", "14"]
