#!/bin/sh
# The archived world coordinates of a full-frame image of TESS by tesswcs: its function for them, and the numbers that it keeps.
#
# Seen with tesswcs 1.9.3: WCS.from_sector, whose document says that it loads a WCS from archival data, has the matrix and the reference of the sector, and
# one distortion of order 4 per CCD for all sectors. The distortion that the archive has of the sector is in the same package
# (TESS_wcs_data.json.bz2) and is not used: at a corner of sector 1, camera 2, CCD 1 the two are more than a hundred pixels apart, and at a corner of sector 96, camera 4,
# CCD 2 more than one pixel.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet astropy==8.0.2 tesswcs==1.9.3
HOME=$folder MPLCONFIGDIR=$folder "$folder/python/bin/python" <<'PYTHON'
import bz2
import importlib.metadata
import json
import pathlib
import sys
import warnings

import numpy as np
from astropy.coordinates import SkyCoord
from astropy.wcs import WCS, Sip

warnings.simplefilter("ignore")
import tesswcs  # noqa: E402

path = next(file for file in importlib.metadata.files("tesswcs") if file.name == "TESS_wcs_data.json.bz2").locate()
kept = json.loads(bz2.decompress(pathlib.Path(path).read_bytes()))


def archived(sector, camera, ccd):
    numbers = kept[str(sector)][str(camera)][str(ccd)]
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN-SIP", "DEC--TAN-SIP"]
    wcs.wcs.crpix, wcs.wcs.crval, wcs.wcs.cd = numbers["crpix0"], numbers["crval0"], numbers["cd"]
    wcs.sip = Sip(np.array(numbers["sip_a"]), np.array(numbers["sip_b"]), None, None, numbers["crpix0"])
    return wcs


corners = np.array([[44.0, 0.0], [2091.0, 0.0], [2091.0, 2047.0], [44.0, 2047.0], [0.0, 0.0], [2135.0, 0.0], [2135.0, 2077.0], [0.0, 2077.0]])


def apart(*ccd):
    """Pixels between both at the corners, and at the middle of the CCD."""
    ours, theirs = archived(*ccd), tesswcs.WCS.from_sector(*ccd)
    pixels = np.concatenate([corners, [[1044.0, 1000.0]]])
    one, other = (SkyCoord(wcs.all_pix2world(pixels, 0), unit="deg") for wcs in (ours, theirs))
    off = one.separation(other).arcsec / 20.6
    return float(off[:-1].max()), float(off[-1])


found = {ccd: apart(*ccd) for ccd in [(1, 2, 1), (96, 4, 2), (1, 1, 1)]}
print("pixels apart at the worst corner, and in the middle:", found)
sys.exit(not (found[1, 2, 1][0] > 100 and found[96, 4, 2][0] > 1))
PYTHON
