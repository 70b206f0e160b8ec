#!/bin/sh
# A FITS file of three HDUs and 32 MB on a server that does not answer ranges, such as `python3 -m http.server`.
#
# Seen with astropy 8.0.2 and fsspec 2026.9.0: fits.open(url, use_fsspec=True) gives a list of two HDUs. What fsspec says, that
# the server does not support range requests, comes out as a warning that the file may be corrupted; the third HDU is lost
# without an exception, which comes only when data behind the first 5 MiB are read. The same file is whole when it is opened
# from the disk, and a file of less than 5 MiB is read whole from the same server.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet astropy==8.0.2 fsspec==2026.9.0 aiohttp==3.14.5 numpy==2.5.5
"$folder/python/bin/python" - "$folder" <<'PYTHON'
import functools
import http.server
import sys
import threading
import warnings

import numpy as np
from astropy.io import fits


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # whoever asked has read enough


folder = sys.argv[1]
server = Server(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
threading.Thread(target=server.serve_forever, daemon=True).start()


def make(name, n_rows):
    table = fits.BinTableHDU.from_columns([fits.Column("TIME", "D", array=np.arange(float(n_rows)))], name="LIGHTCURVE")
    aperture = fits.ImageHDU(np.ones((11, 11), "i4"), name="APERTURE")
    fits.HDUList([fits.PrimaryHDU(), table, aperture]).writeto(f"{folder}/{name}")


def opened(place, **options):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with fits.open(place, **options) as hdus:
            n_hdus = len(hdus)
            try:
                last = hdus[1].data["TIME"][-1]
            except ValueError as error:
                last = str(error)
    said = " ".join(str(warning.message) for warning in said)
    return n_hdus, last, "corrupted" in said


make("small.fits", 10_000)
make("large.fits", 4_000_000)
url = f"http://127.0.0.1:{server.server_port}"
small = opened(f"{url}/small.fits", use_fsspec=True)
large = opened(f"{url}/large.fits", use_fsspec=True)
disk = opened(f"{folder}/large.fits")
print("small:", small, "\nlarge:", large, "\nlarge from the disk:", disk)
n_hdus, last, is_corrupted = large
is_as_seen = (
    small == (3, 9_999.0, False)
    and disk == (3, 3_999_999.0, False)
    and (n_hdus, is_corrupted) == (2, True)
    and "doesn't appear to support range requests" in str(last)
)
sys.exit(not is_as_seen)
PYTHON
