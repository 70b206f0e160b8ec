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
    start = time.perf_counter()
    found[0]
    answer["row"] = (time.perf_counter() - start) * 1e3


def searches(answer, file):
    """The loop that people write over a list: one search after the other."""
    lksearch = lksearch_package()
    with open(file) as lines:
        targets = [line.strip() for line in lines]
    answer["rows"] = 0
    with clock(answer):
        for target in targets:
            answer["rows"] += len(lksearch.TESSSearch(target).table)


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


def catalogues():
    """lksearch.catalogsearch, pointed at the archive."""
    import redirected

    redirected.point_at(ARCHIVE)
    from astroquery.utils.tap.core import TapPlus
    from lksearch import catalogsearch

    catalogsearch.VizTap = TapPlus(url=f"{ARCHIVE}/TAPVizieR/tap/")
    return catalogsearch


def numbers(first, num_ids):
    return [int(first) + number for number in range(int(num_ids))]


def query_id(answer, first, num_ids):
    catalogsearch, ids = catalogues(), numbers(first, num_ids)
    with clock(answer):
        found = catalogsearch.query_id(ids, output_catalog="tic")
    answer["rows"] = len(found)


def stars(ids):
    return f'SELECT * FROM "IV/39/tic82" WHERE TIC IN ({",".join(map(str, ids))})'


def tap_plus(answer, first, num_ids):
    service, ids = catalogues().VizTap, numbers(first, num_ids)
    with clock(answer):
        found = service.launch_job_async(stars(ids)).get_results()
    answer["rows"] = len(found)


def pyvo_sync(answer, first, num_ids):
    catalogues()
    import pyvo

    service, ids = pyvo.dal.TAPService(f"{ARCHIVE}/TAPVizieR/tap"), numbers(first, num_ids)
    with clock(answer):
        found = [service.run_sync(stars(ids[start : start + 500])).to_table() for start in range(0, len(ids), 500)]
    answer["rows"] = sum(map(len, found))


def made_votable(answer, path, num_rows, form):
    """Stars as the TIC has them, with values that are missing."""
    import numpy
    from astropy.io.votable import from_table, writeto
    from astropy.table import MaskedColumn, Table

    num_rows = int(num_rows)
    random = numpy.random.default_rng(8)
    table = Table()
    column = lambda values, share: MaskedColumn(values, mask=random.random(num_rows) < share)
    table["TIC"] = numpy.arange(num_rows, dtype="i8") + 2_000_000_000
    table["RAJ2000"], table["DEJ2000"] = random.uniform(0, 360, num_rows), random.uniform(-90, 90, num_rows)
    for name in ["pmRA", "pmDE", "Plx", "e_pmRA", "e_pmDE"]:
        table[name] = column(random.normal(0, 30, num_rows), 0.1)
    for name in ["Tmag", "Gmag", "Vmag", "Jmag", "Teff", "logg", "Rad", "Mass"]:
        table[name] = column(random.normal(14, 2, num_rows).astype("f4").round(3), 0.1)
    table["GAIA"] = column(random.integers(1, 2**62, num_rows), 0.1)
    table["KIC"] = column(random.integers(1, 2**24, num_rows).astype("i4"), 0.9)
    table["2MASS"] = numpy.array([f"{number:08d}+{number % 7919:07d}" for number in range(num_rows)])
    table["S_G"] = numpy.array(["STAR", "EXTENDED"])[random.integers(0, 2, num_rows)]
    writeto(from_table(table), path, tabledata_format=form)
    answer["seconds"] = 0
    answer["bytes"] = os.path.getsize(path)


def votable(answer, path):
    import warnings

    import numpy
    from astropy.io.votable import parse_single_table

    warnings.simplefilter("ignore")
    with clock(answer):
        table = parse_single_table(path)
    answer["rows"], answer["columns"] = len(table.array), len(table.fields)
    answer["nulls"] = int(sum(numpy.count_nonzero(table.array.mask[name]) for name in table.array.dtype.names))
    with open("/proc/self/status") as status:
        answer["peak"] = next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmHWM:"))


def main():
    what, words = sys.argv[2], sys.argv[3:]
    answer = {"seconds": None}
    own = [download, search, searches, imported, obstore, found, remote, local, made, query_id, tap_plus, pyvo_sync, made_votable, votable]
    tasks = {task.__name__: task for task in own}
    # Progress bars belong to what the peers do, but not on our terminal.
    with contextlib.redirect_stdout(io.StringIO()):
        tasks[what](answer, *words)
    print(json.dumps(answer), flush=True)
    # The threads of some peers do not always survive the end of the interpreter.
    os._exit(0)


if __name__ == "__main__":
    main()
