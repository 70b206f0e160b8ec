"""What astrocut, tesscube and a plain client do for a cutout, timed inside their process: `cutout_peers.py ARCHIVE WHAT …`, with the Python of the packages
that the task installs for this group. Imports are made before the clock starts."""

import concurrent.futures
import http.client
import json
import math
import os
import re
import sys
import time
import types
import urllib.parse
import warnings

ARCHIVE = sys.argv[1]
ROWS, COLUMNS, BLOCK = 2078, 2136, 2880
# As many at once as ours.
AT_ONCE = 16
os.environ |= {"AWS_ENDPOINT_URL": ARCHIVE, "AWS_DEFAULT_REGION": "us-east-1"}


def astrocut(sector, camera, ccd, ra, dec, size, folder, threads):
    from astrocut import cube_cut

    key = f"s3://stpubdata/tess/public/mast/tess-s{sector:04}-{camera}-{ccd}-cube.fits"
    return lambda: cube_cut(key, f"{ra} {dec}", size, output_path=folder, threads=threads)


def tesscube(sector, camera, ccd, ra, dec, size, folder):
    """lkspacecraft, which it wants for barycentric times, asks a NASA server when it is imported; in its place stands a constant."""

    class TESSSpacecraft:
        time_offset = 2457000

        def get_barycentric_time_correction(self, time, ra, dec):
            return 240.0 + 0 * time

    sys.modules["lkspacecraft"] = types.SimpleNamespace(TESSSpacecraft=TESSSpacecraft)
    from astropy.coordinates import SkyCoord
    from tesscube import TESSCube

    def act():
        file = TESSCube(sector, camera, ccd).get_tpf(SkyCoord(ra, dec, unit="deg"), shape=(size, size), calculate_poscorr=False)
        file.writeto(f"{folder}/tesscube.fits", overwrite=True)

    return act


def plain(sector, camera, ccd, row, column, size, with_table):
    """The least that a client can ask for: both headers at once, then the rows of pixels, with the table of frames or without, each in a request of its own."""
    host = urllib.parse.urlsplit(ARCHIVE).netloc
    path = f"/stpubdata/tess/public/mast/tess-s{sector:04}-{camera}-{ccd}-cube.fits"
    # The pixels are behind both headers, which have a block each.
    data = 2 * BLOCK

    def read(first, last):
        connection = http.client.HTTPConnection(host)
        connection.request("GET", path, headers={"Range": f"bytes={first}-{last}"})
        answer = connection.getresponse()
        assert answer.status == 206, answer.status
        return answer.read()

    def num_frames():
        return int(re.search(rb"NAXIS2  = +(\d+)", read(0, data - 1))[1])

    def act():
        frames = num_frames() if with_table else known
        table = data + 8 * frames * COLUMNS * ROWS
        ranges = [(data + 8 * frames * ((row + n) * COLUMNS + column), 8 * frames * size) for n in range(size)]
        asked = [(first, first + length - 1) for first, length in ranges]
        if with_table:
            asked.append((math.ceil(table / BLOCK) * BLOCK, ""))
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as threads:
            return sum(map(len, threads.map(lambda part: read(*part), asked)))

    if not with_table:
        known = num_frames()
        forget_counts()
    return act


def forget_counts():
    """What was asked before the clock started does not count."""
    host = urllib.parse.urlsplit(ARCHIVE).netloc
    connection = http.client.HTTPConnection(host)
    connection.request("POST", "/_bench/clear")
    connection.getresponse().read()


def main():
    warnings.simplefilter("ignore")
    words = json.loads(sys.argv[3])
    act = {"astrocut": astrocut, "tesscube": tesscube, "plain": plain}[sys.argv[2]](**words)
    start = time.perf_counter()
    act()
    print(json.dumps({"seconds": time.perf_counter() - start}))


main()
