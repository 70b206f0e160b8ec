#!/bin/sh
# astrocut documents cutout_size as (ny, nx), and cuts (nx, ny); the names of its files say the size in the order of the argument.
#
# Seen with astrocut 1.4.0: cube_cut(…, cutout_size=(3, 5)), documented "If cutout_size has two elements, they should be in (ny, nx) order", gives
# frames of 3 columns and 5 rows (TDIM '(3, 5)', a numpy shape of (5, 3)), in a file called …_3-x-5_astrocut.fits.
# The keywords WCS_MSEP and WCS_SIG of the aperture, documented as the offset of the linear WCS of the cutout from that of the frame, are 0.0 although
# the frame is distorted (SIP): the linear WCS is put in the place of the original one before the two are compared.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile astrocut==1.4.0 astropy==8.0.2 numpy==2.5.5 scipy==1.18.1
cd "$folder"
"$folder/python/bin/python" - <<'PYTHON'
import os
import sys
import warnings

warnings.simplefilter("ignore")
import astrocut
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

wcs = WCS(naxis=2)
wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt, wcs.wcs.cunit = [84.0, -80.0], [50, 50], [-0.00583, 0.00583], ["deg", "deg"]
frames = []
for index in range(3):
    primary = fits.PrimaryHDU()
    image = fits.ImageHDU(np.arange(10_000, dtype="f4").reshape(100, 100), header=wcs.to_header(relax=True))
    for hdu in (primary, image):
        hdu.header.update({"TELESCOP": "TESS", "CAMERA": 4, "CCD": 2, "TSTART": 1325.3 + index / 48, "TSTOP": 1325.32 + index / 48, "DATE-OBS": f"2018-07-25T19:{30 + index}:00.000Z", "DATE-END": f"2018-07-25T19:{31 + index}:00.000Z", "FFIINDEX": index})
    image.header.update({"BARYCORR": 0.001, "DQUALITY": 0, "WCSAXES": 2, "INHERIT": True, "CTYPE2": "DEC--TAN-SIP", "CTYPE1": "RA---TAN-SIP", "A_ORDER": 2, "B_ORDER": 2, "A_2_0": 1e-5, "B_2_0": 1e-5})
    frames.append(f"tess201820619{index}000-s0001-4-2-0120-s_ffic.fits")
    fits.HDUList([primary, image, fits.ImageHDU(np.ones((100, 100), dtype="f4"))]).writeto(frames[-1], overwrite=True)
cube = astrocut.CubeFactory().make_cube(frames, cube_file="tess-s0001-4-2-cube.fits", verbose=False)
with fits.open(frames[0]) as hdus:
    position = WCS(hdus[1].header).pixel_to_world(50.3, 40.2)
documented = "(ny, nx)" in astrocut.cube_cut.__doc__
path = astrocut.cube_cut(cube, position, (3, 5), verbose=False)
with fits.open(path) as hdus:
    shape = hdus[1].data["FLUX"].shape[1:]
    offsets = [hdus[2].header[name] for name in ("WCS_MSEP", "WCS_SIG")]
print(f"documented as (ny, nx): {documented}; rows and columns {shape}; {os.path.basename(path)}; WCS_MSEP, WCS_SIG {offsets}")
sys.exit((documented, shape, "_3-x-5_" in path, offsets) != (True, (5, 3), True, [0.0, 0.0]))
PYTHON
