"""Four Dask workers fetch 2,000 files into one store: `python dask_shards.py` (needs `dask[distributed]`).

The search and the question where each file lies are asked once, here. A worker gets a shard, which pickles, and downloads it: no two shards
have the same file, and each takes its share of what the archive bears. Give `Client()` no settings, and a real target, and it fetches real files.
"""

import tempfile

from dask.distributed import Client as Dask
from dask.distributed import LocalCluster

import lksearch_rs

WORKERS = 4
FILES = 2000


def fetch(shard: lksearch_rs.Plan, settings: dict[str, str]) -> lksearch_rs.Manifest:
    """What a worker does."""
    return shard.download(lksearch_rs.Client(settings), progress=False)


def main() -> None:
    with lksearch_rs.sandbox(bulk=FILES) as archive, tempfile.TemporaryDirectory() as store:
        settings = {**archive.settings, "cache_dir": store}
        client = lksearch_rs.Client(settings)
        found = client.search((81.0, -71.5), "tess", radius="5.01deg", kind="dvreports", limit=FILES)
        shards = found.plan().shards(WORKERS)
        with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster, Dask(cluster) as dask:
            for run in ["first", "again"]:
                archive.clear_log()
                tasks = [dask.submit(fetch, shard, settings, key=f"{run}-{number}") for number, shard in enumerate(shards)]
                manifest = lksearch_rs.merge(dask.gather(tasks))
                files, all_requests = archive.count("/stpubdata/", "GET"), archive.count()
                print(f"{run}: {len(manifest)} rows, {manifest.counts}; {files} files asked for, {all_requests} requests")
        assert manifest.counts["COMPLETE"] == FILES and len(set(manifest.paths)) == FILES


if __name__ == "__main__":
    main()
