"""Small cubes of full-frame images for `cutout.py`, made by astrocut from images that astrocut's own tests make and from images of full size with the archived world coordinates
of TESS; and a server that gives them out like S3."""

import bz2
import functools
import http.server
import importlib.metadata
import json
import os
import pathlib
import re
import threading

import numpy as np
from astropy.io import fits
from astrocut import CubeFactory
from astrocut.tests.utils_for_test import create_test_ffis

COLUMNS, ROWS = 2136, 2078
# What headers of full-frame images have: of the file, and of each image.
PRIMARY = [("TELESCOP", "TESS", "telescope"), ("INSTRUME", "TESS Photometer", "detector type"), ("FILEVER", "1.0", "file format version"), ("TIMVERSN", "OGIP/93-003", "OGIP memo"),
    ("DATA_REL", 1, "data release version number"), ("ASTATE", True, "archive state"), ("SCCONFIG", 131, "spacecraft configuration ID"), ("CRMITEN", True, "mitigation enabled"),
    ("CRBLKSZ", 10, "[exposures] mitigation block size"), ("CRSPOC", False, "SPOC cosmic ray cleaning enabled"), ("RADESYS", "ICRS", "reference frame"), ("EQUINOX", 2000.0, "equinox"),
    ("SIMDATA", False, "file is based on simulated data"), ("FFIINDEX", 4697, "number of FFI cadence interval")]
IMAGE = [("BACKAPP", True, "background is subtracted"), ("DEADAPP", True, "deadtime applied"), ("VIGNAPP", True, "vignetting applied"), ("DEADC", 0.792, "deadtime correction"),
    ("EXPOSURE", 0.0142, "[d] time on source"), ("FRAMETIM", 2.0, "[s] frame time"), ("FXDOFF", 419400, "compression fixed offset"), ("GAINA", 5.22, "gain"), ("GAINB", 5.21, "gain"),
    ("GAINC", 5.21, "gain"), ("GAIND", 5.26, "gain"), ("INT_TIME", 1.98, "[s] photon accumulation time"), ("LIVETIME", 0.0165, "[d] live time"), ("MEANBLCA", 6079, "black level"),
    ("NREADOUT", 720, "number of reads"), ("NUM_FRM", 900, "number of frames"), ("READNOIA", 10.1, "read noise"), ("READTIME", 0.02, "[s] readout time"),
    ("TIERRELA", 1.16e-5, "[d] relative time error"), ("TIMEDEL", 0.0208333, "[d] time resolution"), ("TIMEPIXR", 0.5, "middle"), ("WCSAXESP", 2, "physical axes"), ("WCSAXES", 2, "axes"),
    ("TELAPSE", 0.0208333, "[d] TSTOP - TSTART"), ("INHERIT", True, "inherit the primary header"), ("EXTVER", 1, "extension version"), ("BJDREFI", 2457000, "zero point")]
# What tesscube asks for besides, whatever it is.
IMAGE += [(keyword, 0.5, "a number") for keyword in "MEANBLCB MEANBLCC MEANBLCD READNOIB READNOIC READNOID BJDREFF TICID PXTABLE RA_OBJ DEC_OBJ PMRA PMDEC PMTOTAL TESSMAG TEFF LOGG MH RADIUS TICVER".split()]
IMAGE += [(keyword, "text", "a text") for keyword in "OBJECT TIMEREF TASSIGN TIMESYS TIMEUNIT".split()]
IMAGE += [(keyword, value, comment) for keyword, value, comment in PRIMARY if keyword in ("SIMDATA", "TELESCOP", "INSTRUME", "RADESYS", "EQUINOX")]


def coordinates(sector, camera, ccd):
    """The archived cards of a CCD, by tesswcs."""
    files = importlib.metadata.files("tesswcs")
    path = next(file for file in files if file.name == "TESS_wcs_data.json.bz2").locate()
    kept = json.loads(bz2.decompress(pathlib.Path(path).read_bytes()))[str(sector)][str(camera)][str(ccd)]
    cards = {"CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP"}
    for axis in (0, 1):
        cards |= {f"CRPIX{axis + 1}": float(kept["crpix0"][axis]), f"CRVAL{axis + 1}": float(kept["crval0"][axis])}
        cards |= {f"CD{axis + 1}_{other + 1}": float(kept["cd"][axis][other]) for other in (0, 1)}
    for name in "AB":
        rows = kept[f"sip_{name.lower()}"]
        order = len(rows) - 1
        cards[f"{name}_ORDER"] = order
        cards |= {f"{name}_{i}_{j}": float(rows[i][j]) for i in range(order + 1) for j in range(order + 1 - i) if rows[i][j]}
    return cards


def image(folder, sector, camera, ccd, number, flags, has_coordinates):
    """A calibrated full-frame image of random pixels."""
    begin = 1325.3 + 0.0208333 * number
    random = np.random.default_rng([sector, camera, ccd, number])
    times = [("TSTART", begin, "start"), ("TSTOP", begin + 0.0208333, "stop"), ("DATE-OBS", "2018-07-25T19:00:26.816Z", "start"), ("DATE-END", "2018-07-25T19:30:26.816Z", "end")]
    place = [("CAMERA", camera, "camera number"), ("CCD", ccd, "CCD number")]
    cards = times + place + IMAGE + [(f"TMOFST{camera}{ccd}", 0.84, "(s) readout delay")]
    cards += [("BARYCORR", 0.005 + number * 1e-6, "[d] barycentric correction"), ("DQUALITY", flags, "quality flags")]
    cards += [(keyword, value if has_coordinates else type(value)(), "world coordinates") for keyword, value in coordinates(sector, camera, ccd).items()]
    primary = fits.PrimaryHDU(header=fits.Header([("ORIGIN", "NASA/Ames", "institution"), ("DATE", "2018-08-01", "creation date"), *PRIMARY, *times, *place]))
    hdus = [primary]
    for name in ("cal", "uncert"):
        pixels = random.normal(200, 50, (ROWS, COLUMNS)).astype(np.float32)
        hdus.append(fits.ImageHDU(pixels, header=fits.Header([("EXTNAME", f"CAMERA.CCD {camera}.{ccd} {name}", "name of extension"), *cards])))
    # As long as names in the archive are, which is more than the 38 characters of astrocut's column.
    path = folder / f"tess2018206{192900 + number:06}-s{sector:04}-{camera}-{ccd}-0120-s_ffic.fits"
    fits.HDUList(hdus).writeto(path, overwrite=True)
    return str(path)


def test_images(folder):
    """The images of astrocut's own tests, and what lightkurve knows the mission by."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    files = create_test_ffis(100, 6, dir_name=str(folder / "images"))
    for file in files:
        fits.setval(file, "TELESCOP", value="TESS")
    return files


def tested(folder, sector):
    """Of the images of astrocut's own tests."""
    files = test_images(folder)
    return CubeFactory().make_cube(files, str(folder / f"tess-s{sector:04}-1-1-cube.fits"), sector=sector, verbose=False)


def updated(folder, sector):
    """The same, whose first two images came later: their pixels are behind the others."""
    files = test_images(folder)
    path = CubeFactory().make_cube(files[2:], str(folder / f"tess-s{sector:04}-1-1-cube.fits"), sector=sector, verbose=False)
    CubeFactory().update_cube(files[:2], path, sector=sector, verbose=False)
    with fits.open(path, mode="update") as cube:
        # astrocut 1.4.0 makes the pixels of a cube that it updates doubles; those of the archive are not.
        cube[1].data = cube[1].data.astype(">f4")
    return path


def full(folder, sector, camera, ccd, num_frames, bad=()):
    """Of full size; images without coordinates are `bad`."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [image(folder, sector, camera, ccd, number, 2 * (number in bad) + 32 * (number == 0), number not in bad) for number in range(num_frames)]
    path = CubeFactory().make_cube(files, str(folder / f"tess-s{sector:04}-{camera}-{ccd}-cube.fits"), sector=sector, verbose=False)
    for file in files:
        os.remove(file)
    return path


class Ranges(http.server.BaseHTTPRequestHandler):
    """The files of `folder` by ranges, as S3 answers in path style."""

    protocol_version = "HTTP/1.1"

    def __init__(self, files, *arguments):
        self.files = files
        super().__init__(*arguments)

    def do_GET(self):
        path = self.files.get(self.path.split("?")[0].rsplit("/", 1)[-1])
        if path is None:
            return self.send_error(404)
        size = os.path.getsize(path)
        first, last = 0, size - 1
        if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            first, last = int(asked[1]), min(int(asked[2] or last), last)
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(last + 1 - first))
        self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("ETag", '"1"')
        self.end_headers()
        with open(path, "rb") as file:
            file.seek(first)
            self.wfile.write(file.read(last + 1 - first))

    def log_message(self, *_):
        pass


def serve(paths):
    """The address of a server of these files."""
    files = {pathlib.Path(path).name: path for path in paths}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Ranges, files))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
