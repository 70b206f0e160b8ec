#!/bin/sh
# A corner of a full-frame image of TESS (sector 1, camera 2, CCD 1, distortion of order 9), from its pixel to the sky and back.
#
# Seen with astropy 8.0.2 over the header that tesswcs 1.9.3 keeps: WCS.all_world2pix raises NoConvergence for a pixel in the corner of the image
# at every tolerance; with quiet=True it gives a pixel that is more than ten pixels off. wcslib, which comes with astropy, finds the pixel
# itself (astropy.wcs.Wcsprm.s2p of the same header, with the same distortion) to better than a millionth of a pixel.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet astropy==8.0.2 numpy==2.5.5
"$folder/python/bin/pip" install --quiet --no-deps tesswcs==1.9.3
"$folder/python/bin/python" <<'PYTHON'
import bz2
import importlib.metadata
import json
import pathlib
import sys
import warnings

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS, NoConvergence, Wcsprm

warnings.simplefilter("ignore")
path = next(file for file in importlib.metadata.files("tesswcs") if file.name == "TESS_wcs_data.json.bz2").locate()
kept = json.loads(bz2.decompress(pathlib.Path(path).read_bytes()))["1"]["2"]["1"]
header = fits.Header({"NAXIS": 2, "NAXIS1": 2136, "NAXIS2": 2078, "CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP"})
for axis in (0, 1):
    header[f"CRPIX{axis + 1}"], header[f"CRVAL{axis + 1}"] = kept["crpix0"][axis], kept["crval0"][axis]
    for other in (0, 1):
        header[f"CD{axis + 1}_{other + 1}"] = kept["cd"][axis][other]
for name in "ab":
    rows = kept[f"sip_{name}"]
    header[f"{name.upper()}_ORDER"] = len(rows) - 1
    for i in range(len(rows)):
        for j in range(len(rows) - i):
            header[f"{name.upper()}_{i}_{j}"] = rows[i][j]

pixel = np.array([[2135.0, 2077.0]])
wcs = WCS(header)
sky = wcs.all_pix2world(pixel, 0)
raised = []
for tolerance in (1e-2, 1e-4, 1e-8):
    try:
        wcs.all_world2pix(sky, 0, tolerance=tolerance, maxiter=100)
    except NoConvergence:
        raised.append(tolerance)
quiet = float(np.abs(wcs.all_world2pix(sky, 0, quiet=True) - pixel).max())
wcslib = float(np.abs(Wcsprm(header.tostring().encode(), relax=True).s2p(sky, 0)["pixcrd"] - pixel).max())
print("NoConvergence at", raised, "- quiet, pixels off:", quiet, "- wcslib, pixels off:", wcslib)
sys.exit(not (raised == [1e-2, 1e-4, 1e-8] and quiet > 10 and wcslib < 1e-6))
PYTHON
