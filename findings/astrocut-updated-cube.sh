#!/bin/sh
# A cube that astrocut updates is another kind of cube: its pixels become doubles, and its header goes on saying when the first delivery ended.
#
# Seen with astrocut 1.4.0: make_cube() of four images writes BITPIX = -32; update_cube() with two more gives BITPIX = -64, twice the bytes of a pixel, although the images are single
# precision. Clients that read ranges of cubes of TESS count 4 bytes for each number (tesscube 1.2.1: BYTES_PER_PIX = 4, whatever BITPIX says).
# TSTOP and DATE-END of the primary header, which are those of the last image, stay those of the fourth image of six, and a cutout's TELAPSE ("TSTOP - TSTART") is 4 days
# with times from 0.5 to 5.5.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile astrocut==1.4.0 astropy==8.0.2 numpy==2.5.5 scipy==1.18.1
cd "$folder"
"$folder/python/bin/python" - <<'PYTHON'
import sys
import warnings

warnings.simplefilter("ignore")
import astrocut
from astrocut.tests.utils_for_test import create_test_ffis
from astropy.coordinates import SkyCoord
from astropy.io import fits

images = create_test_ffis(100, 6)
cube = astrocut.CubeFactory().make_cube(images[:4], cube_file="tess-s0001-1-1-cube.fits", sector=1, verbose=False)
made = fits.getheader(cube, 1)["BITPIX"]
astrocut.CubeFactory().update_cube(images[4:], cube, sector=1, verbose=False)
updated, header = fits.getheader(cube, 1)["BITPIX"], fits.getheader(cube, 0)
path = astrocut.cube_cut(cube, SkyCoord(256.6, 6.155, unit="deg"), 3, verbose=False)
with fits.open(path) as hdus:
    elapsed, times = hdus[0].header["TELAPSE"], hdus[1].data["TIME"]
print(f"BITPIX {made}, updated {updated}; TSTOP {header['TSTOP']}; cutout: TELAPSE {elapsed}, TIME {times.min()} to {times.max()}")
sys.exit((made, updated, header["TSTOP"], elapsed, times.min(), times.max()) != (-32, -64, 4.0, 4.0, 0.5, 5.5))
PYTHON
