"""Downloads, the cloud, and what `conf` says at the moment of the call."""

import os
import warnings
from pathlib import Path

import numpy as np
import pytest

from lksearch_rs import compat as lksearch
from lksearch_rs.compat.utils import SearchWarning


@pytest.fixture
def spoc():
    return lksearch.TESSSearch("TOI 1161", sector=14, pipeline=["SPOC", "TESS-SPOC"]).timeseries


def test_a_manifest_has_a_row_for_each_in_the_same_order(spoc, home):
    manifest = spoc.download()
    assert list(manifest.columns[:4]) == ["Local Path", "Status", "Message", "URL"]
    assert [Path(path).name for path in manifest["Local Path"]] == spoc.table["productFilename"].tolist()
    assert (manifest["Status"] == "COMPLETE").all()
    assert manifest["Local Path"][0].startswith(str(home / "cache" / "mastDownload" / "TESS"))


def test_b06_settings_hold_from_the_moment_they_are_set(spoc, archive, home):
    lksearch.conf.cache_dir = str(home / "elsewhere")
    assert lksearch.config.get_cache_dir() == lksearch.utils.default_download_dir == str(home / "elsewhere")
    assert spoc[0].download()["Local Path"][0].startswith(str(home / "elsewhere"))
    lksearch.conf.reload()
    lksearch.conf.DOWNLOAD_CLOUD = False
    manifest = spoc.download()
    assert manifest["Local Path"][0].startswith("s3://") and os.path.isfile(manifest["Local Path"][1])
    lksearch.conf.reload()
    lksearch.conf.CLOUD_ONLY = True
    with pytest.warns(SearchWarning, match="Not All Files Downloaded"):
        assert spoc.download(download_dir=str(home / "third"))["Status"].tolist() == ["COMPLETE", "SKIPPED"]


def test_b07_each_call_has_its_own_source(spoc, archive, home):
    first = spoc[0]
    archive.clear_log()
    first.download(cloud=True, download_dir=str(home / "a"))
    assert archive.count("Download/file") == 0
    first.download(cloud=False, download_dir=str(home / "b"))
    assert archive.count("Download/file") == 1


def test_b01_nothing_that_was_there_is_removed(spoc, home):
    path = spoc.download()["Local Path"][1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SearchWarning)
        spoc.download(cloud_only=True, remove_incomplete=True)
    assert os.path.isfile(path)


def test_files_that_are_there_are_not_fetched_unless_it_is_said(spoc, archive):
    spoc.download()
    archive.clear_log()
    spoc.download()
    assert archive.count("lc.fits") == 0
    spoc.download(cache=False)
    assert archive.count("lc.fits", "GET") >= 2


def test_b15_files_that_are_not_checked_are_unknown(spoc, home):
    paths = spoc.download()["Local Path"]
    os.remove(paths[0])
    lksearch.conf.CHECK_CACHED_FILE_SIZES = False
    with warnings.catch_warnings():
        warnings.simplefilter("error", SearchWarning)
        assert spoc.download()["Status"].tolist() == ["COMPLETE", "UNKNOWN"]
        assert spoc.download(download_dir=str(home / "new"))["Status"].tolist() == ["COMPLETE", "COMPLETE"]


def test_b02_places_in_the_cloud_are_none_where_there_is_none():
    found = lksearch.TESSSearch("TOI 1161", sector=14)
    uris = found.cloud_uri
    assert len(uris) == 12 and int((uris.values != None).sum()) == 6  # noqa: E711
    assert found.table["dataURI"][0] == "mast:TESS/product/" + found.table["productFilename"][0]
    assert len(found[uris.isna()]) == 6
    before = found.table["dataURI"].copy()
    assert found.uris[0].startswith("s3://") and found.table["dataURI"].equals(before), "B8"
    lksearch.conf.PREFER_CLOUD = False
    assert found.uris[0].startswith("mast:")


def test_b16_cutouts_and_files_go_where_it_is_said(home):
    found = lksearch.TESSSearch("TOI 1161", sector=14, pipeline=["SPOC", "TESScut"])
    chosen = found[(found.exptime > 1000) | (found.table["productFilename"].str.endswith("_lc.fits"))]
    chosen.download(download_dir=str(home / "here"), TESScut_size=np.array([3, 5]))
    manifest = chosen.download(download_dir=str(home / "here"), TESScut_size=(3, 5))
    assert len(manifest) == len(chosen) == 2 and (manifest["Status"] == "COMPLETE").all()
    assert all(path.startswith(str(home / "here")) for path in manifest["Local Path"])


def test_an_archive_that_fails_is_a_row(spoc, home):
    lksearch.conf.cache_dir = str(home / "fresh")
    broken = spoc.table.copy()
    broken.loc[1, "dataURI"] = "mast:HLSP/no/such_lc.fits"
    spoc.table = broken
    with pytest.warns(SearchWarning, match="1 of 2"):
        manifest = spoc.download()
    assert manifest["Status"].tolist() == ["COMPLETE", "ERROR"]


def test_clearcache_lists_and_then_removes(spoc, capsys, home):
    path = spoc[0].download()["Local Path"][0]
    capsys.readouterr()
    lksearch.config.clearcache()
    assert "removing" in capsys.readouterr().out and os.path.isfile(path)
    lksearch.config.clearcache(test=False)
    assert not os.path.exists(path)


def test_a_cutout_has_the_size_of_a_quantity(home):
    units = pytest.importorskip("astropy.units")
    cutout = lksearch.TESSSearch("TOI 1161", sector=14, pipeline="TESScut")
    for size, name in [(5 * units.pixel, "5x5"), (105 * units.arcsec, "5x5"), ([2, 4] * units.pixel, "4x2")]:
        path = cutout.download(TESScut_size=size)["Local Path"][0]
        assert name in Path(path).name, path
