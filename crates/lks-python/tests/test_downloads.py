import os
import pickle

import lksearch_rs
import pytest


def test_files_are_brought_once(found, archive):
    manifest = found.download()
    assert type(manifest) is lksearch_rs.Manifest
    assert manifest.counts == {"COMPLETE": 3} and manifest.num_failed == 0
    assert all(os.path.getsize(path) == size for path, size in zip(manifest.paths, manifest["bytes"]))
    archive.clear_log()
    again = found.download()
    assert again.paths == manifest.paths
    assert archive.count("lc.fits", "GET") == 0
    assert again.raise_for_failures() == again


def test_a_file_that_cannot_be_had_is_a_row(client):
    rows = {
        "dataURI": ["mast:TESS/product/tess-not-there_lc.fits"],
        "obs_collection": ["TESS"],
        "obs_id": ["tess-not-there"],
        "productFilename": ["tess-not-there_lc.fits"],
    }
    manifest = client.download(rows)
    assert manifest.num_failed == 1
    with pytest.raises(lksearch_rs.DownloadError, match="tess-not-there") as raised:
        manifest.raise_for_failures()
    assert pickle.loads(pickle.dumps(raised.value)).manifest == manifest


def test_another_directory_and_other_settings(found, tmp_path):
    manifest = found.download(dir=tmp_path / "here", prefer_cloud=False)
    assert all(path.startswith(str(tmp_path / "here")) for path in manifest.paths)
    assert set(manifest["source"]) == {"mast"}


def test_progress_is_told_to_whoever_asks(client):
    states = []
    client.search("TOI 1161", kind="timeseries").download(progress=states.append)
    assert states[-1]["files"] == states[-1]["num_files"] > 3
    assert states[-1]["bytes"] > 0


def test_the_rows_of_a_running_download(found):
    running = found.iter_download()
    rows = list(running)
    assert sorted(row["row"] for row in rows) == [0, 1, 2]
    assert {row["Status"] for row in rows} == {"COMPLETE"}
    assert running.result().paths == [row["Local Path"] for row in sorted(rows, key=lambda row: row["row"])]


def test_a_download_is_cancelled(archive, tmp_path):
    with lksearch_rs.sandbox(latency=0.5) as slow:
        found = slow.client(cache_dir=tmp_path).search("TOI 1161", sector=14, kind="timeseries")
        running = found.iter_download()
        running.cancel()
        assert list(running) == []
        with pytest.raises(lksearch_rs.CancelledError):
            running.result()


def test_shards_of_a_plan_are_brought_by_whoever_has_them(found, archive):
    plan = found.plan()
    assert type(plan) is lksearch_rs.Plan and len(plan) == 3
    shards = [pickle.loads(pickle.dumps(shard)) for shard in plan.shards(2)]
    assert [shard.shard for shard in shards] == [(0, 2), (1, 2)]
    assert sum(len(shard) for shard in shards) == 3
    archive.clear_log()
    manifests = [shard.download() for shard in shards]
    assert archive.count("CAOM:Service") + archive.count("path_lookup") == 0
    merged = lksearch_rs.merge(manifests, plan)
    assert merged.counts == {"COMPLETE": 3}
    assert merged["dataURI"].to_list() == plan["dataURI"].to_list()


def test_what_would_be_done_and_where_files_lie(found):
    assert set(found.dry_run()["action"]) == {"fetch"}
    uris = found.cloud_uris()
    assert len(uris) == 3 and all(uri is None or uri.startswith("s3://stpubdata/") for uri in uris)


def test_a_lock_brings_the_same_bytes(found, archive, tmp_path):
    lock = found.lock(questions=["TOI 1161, sector 14"])
    other = archive.client(cache_dir=tmp_path / "other")
    brought = other.sync(lock)
    assert sorted(brought["sha256"]) == sorted(found.download()["sha256"])
    (tmp_path / "my.lock").write_text(lock)
    assert other.sync(str(tmp_path / "my.lock")).paths == brought.paths


def test_options_that_do_not_exist_are_named(found):
    for call in [lambda: found.download(nosuch=1), lambda: found.client.cutout("TOI 1161", nosuch=1)]:
        with pytest.raises(TypeError, match="'nosuch'; there are dir, force"):
            call()
    with pytest.raises(TypeError, match="progress"):
        found.download(progress=5)
    with pytest.raises(ValueError, match="1 shard or more"):
        found.plan().shards(-1)
    with pytest.raises(ValueError, match="no manifests"):
        lksearch_rs.merge([])


def test_the_cache_is_listed_and_emptied(found, client):
    found.download()
    assert client.cache_info()["files"] == 3
    listed = client.cache_ls()
    assert sorted(listed["dataURI"]) == sorted(found["dataURI"])
    assert client.cache_rm("*qlp*") == client.cache_rm("*qlp*", apply=True)
    assert len(client.cache_clear()) > 0
    client.cache_clear(apply=True)
    assert client.cache_info()["files"] == 0


def test_cutouts_are_around_a_target_in_sectors(client, archive):
    manifest = client.cutout("TOI 1161", [14, 15], cutout_size=(5, 7))
    assert manifest.counts == {"COMPLETE": 2} and set(manifest["source"]) == {"cloud"}
    assert client.open(manifest.paths[0])[1]["FLUX"].shape[1:] == (5, 7)
    archive.clear_log()
    assert client.cutout("TOI 1161", [14, 15], cutout_size=[5, 7]).paths == manifest.paths
    assert archive.count("tesscut") + archive.count("/stpubdata/", "GET") == 0
    service = client.cutout(["TOI 1161", "TIC 158324245"], 14, cutout_size=3, cutout_source="tesscut")
    assert set(service["source"]) == {"tesscut"} and len(service) == 2
    for words, message in [({"cutout_source": "drawings"}, "cubes, tesscut"), ({"cutout_size": 5000}, "TESScut cuts"), ({"target": None}, "around a target")]:
        with pytest.raises(ValueError, match=message):
            client.cutout(**{"target": "TOI 1161", "sector": 14, **words})
