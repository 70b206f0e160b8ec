"""What the Python peers do, timed inside their process: `peers.py ARCHIVE WHAT …`. Imports and clients are made before the clock starts."""

import asyncio
import contextlib
import io
import json
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "parity"))

ARCHIVE = sys.argv[1]


@contextlib.contextmanager
def clock(answer):
    start = time.perf_counter()
    yield
    answer["seconds"] = time.perf_counter() - start


def lksearch_package():
    import redirected

    redirected.point_at(ARCHIVE)
    import boto3  # noqa: F401 - imported only when it is first needed, which is not to be timed
    import lksearch

    return lksearch


def download(answer, table, folder, cloud):
    """What lksearch does with a table of products."""
    import pandas

    lksearch = lksearch_package()
    search = lksearch.MASTSearch(table=pandas.read_json(table, dtype={"obs_id": str}))
    with clock(answer):
        manifest = search.download(cloud=cloud == "cloud", download_dir=folder)
    answer["complete"] = int((manifest["Status"] == "COMPLETE").sum())


def search(answer, target, *options):
    lksearch = lksearch_package()
    target = tuple(map(float, target.split())) if target[0].isdigit() else target
    radius = {"search_radius": float(options[0])} if options else {}
    with clock(answer):
        found = lksearch.TESSSearch(target, **radius)
    answer["rows"] = len(found.table)


def imported(answer):
    with clock(answer):
        import lksearch  # noqa: F401


def obstore(answer, keys, folder, jobs):
    """The same object_store from Python: each object into a file, as it comes."""
    keys = pathlib.Path(keys).read_text().split()
    store = bucket()
    with clock(answer):
        asyncio.run(fetched(store, keys, folder, jobs))


def found(answer, table, folder, jobs):
    """The same, with the keys learned from the archive, forty products in each request."""
    import urllib.parse
    import urllib.request

    uris = [row["dataURI"] for row in json.loads(pathlib.Path(table).read_text())]
    store = bucket()

    def keys(uris):
        query = urllib.parse.urlencode([*(("uri", uri) for uri in uris), ("use_cloud_path", "True")])
        with urllib.request.urlopen(f"{ARCHIVE}/api/v0.1/path_lookup/?{query}") as reply:
            return [place["path"].lstrip("/") for place in json.load(reply).values()]

    async def all_of_them():
        batches = await asyncio.gather(*[asyncio.to_thread(keys, uris[n : n + 40]) for n in range(0, len(uris), 40)])
        await fetched(store, [key for batch in batches for key in batch], folder, jobs)

    with clock(answer):
        asyncio.run(all_of_them())


def bucket():
    from obstore.store import S3Store

    return S3Store("stpubdata", endpoint=ARCHIVE, region="us-east-1", skip_signature=True, virtual_hosted_style_request=False, client_options={"allow_http": True})


async def fetched(store, keys, folder, jobs):
    gate = asyncio.Semaphore(int(jobs))

    async def fetch(key, gate):
        async with gate:
            outcome = await store.get_async(key)
            with open(pathlib.Path(folder) / key.rsplit("/", 1)[-1], "wb") as file:
                async for piece in outcome.stream(min_chunk_size=1 << 20):
                    file.write(piece)

    await asyncio.gather(*[fetch(key, gate) for key in keys])


def delivered(column):
    """The values as ours gives them: in an array of their own, in the order of bytes that this machine calculates with. astropy
    alone would map the file and touch nothing."""
    import numpy

    return numpy.array(column, dtype=column.dtype.newbyteorder("="))


def remote(answer, url, what, block):
    """astropy over fsspec, with the cache and block size that astropy's documentation names."""
    import aiohttp  # noqa: F401
    import fsspec  # noqa: F401
    import fsspec.implementations.http  # noqa: F401
    from astropy.io import fits

    options = {"block_size": int(block), "cache_type": "bytes"}
    with clock(answer):
        with fits.open(url, use_fsspec=True, fsspec_kwargs=options) as hdus:
            if what == "headers":
                hdus.info(output=io.StringIO())
            else:
                for name in what.split(","):
                    delivered(hdus[1].data[name])


def local(answer, path, num_runs):
    """Best of several reads by astropy in milliseconds, as our example `measure` tells."""
    import warnings

    from astropy.io import fits

    warnings.simplefilter("ignore")

    def best(read):
        times = []
        for _ in range(int(num_runs)):
            start = time.perf_counter()
            read()
            times.append((time.perf_counter() - start) * 1e3)
        return min(times)

    def columns(names):
        with fits.open(path) as hdus:
            return [delivered(hdus[1].data[name]) for name in names or hdus[1].columns.names]

    def headers():
        with fits.open(path) as hdus:
            return [(card.keyword, card.value, card.comment) for hdu in hdus for card in hdu.header.cards]

    def sums():
        # Of the whole HDU, once over its bytes; `checksum=True` would sum the data twice.
        with fits.open(path) as hdus:
            return [hdu._calculate_checksum(hdu._calculate_datasum()) for hdu in hdus]

    with fits.open(path) as hdus:
        names = hdus[1].columns.names[:3]
    answer["seconds"] = 0
    answer.update(headers=best(headers), columns=best(lambda: columns(names)), table=best(lambda: columns(None)), sums=best(sums))


def made(answer, path, num_rows):
    """A large light curve with sums, for throughput."""
    import numpy
    from astropy.io import fits

    num_rows = int(num_rows)
    numbers = numpy.random.default_rng(3)
    columns = [fits.Column("TIME", "D", array=numpy.arange(num_rows) / 720.0)]
    columns += [fits.Column(f"FLUX{n}", "E", array=numbers.random(num_rows, dtype="f4")) for n in range(16)]
    columns += [fits.Column("QUALITY", "J", array=numpy.zeros(num_rows, dtype="i4"))]
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns)]).writeto(path, checksum=True, overwrite=True)
    answer["seconds"] = 0
    answer["bytes"] = os.path.getsize(path)


def main():
    what, words = sys.argv[2], sys.argv[3:]
    answer = {"seconds": None}
    tasks = {task.__name__: task for task in [download, search, imported, obstore, found, remote, local, made]}
    # Progress bars belong to what the peers do, but not on our terminal.
    with contextlib.redirect_stdout(io.StringIO()):
        tasks[what](answer, *words)
    print(json.dumps(answer), flush=True)
    # The threads of some peers do not always survive the end of the interpreter.
    os._exit(0)


if __name__ == "__main__":
    main()
