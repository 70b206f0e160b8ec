#!/bin/sh
# A cutout by astrocut 1.x does not say where on its CCD it was cut: its columns of pixels have lost their world and physical coordinates.
#
# Seen with astrocut 1.4.0: the target pixel file of cube_cut has none of the cards 1CRV4P, 2CRV4P, 1CTYP5 and so on, which say in a target pixel file where the
# pixels of each column lie on the CCD and on the sky. Cutouts by astrocut 0.x have them. The function whose document is "Adds WCS information for the array columns"
# waits for a keyword that contains TDIM and is also TTYPE. The aperture has celestial coordinates only, so that column and row are nowhere in the file.
# lightkurve 2.6.0 opens it without a warning: column and row are 0 where the corner is column 44, row 54, and cutout() raises a KeyError about 1CRV4P.
# No issue found; the code has been so since 1.0.0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile astrocut==1.4.0 lightkurve==2.6.0 astropy==8.0.2 numpy==2.5.5 scipy==1.18.1
cd "$folder"
HOME=$folder MPLCONFIGDIR=$folder "$folder/python/bin/python" - <<'PYTHON'
import re
import sys
import warnings

warnings.simplefilter("ignore")
import astrocut
import lightkurve
from astrocut.tests.utils_for_test import create_test_ffis
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

images = create_test_ffis(100, 3)
for image in images:
    with fits.open(image, mode="update") as hdus:
        for hdu in hdus:
            hdu.header["TELESCOP"] = "TESS"
star = SkyCoord(256.6, 6.155, unit="deg")
with fits.open(images[0]) as hdus:
    x, y = WCS(hdus[1].header).world_to_pixel(star)
cube = astrocut.CubeFactory().make_cube(images, cube_file="tess-s0001-1-1-cube.fits", sector=1, verbose=False)
path = astrocut.cube_cut(cube, star, 15, verbose=False)
with fits.open(path) as hdus:
    cards = [key for hdu in hdus for key in hdu.header if re.fullmatch(r"[12]{1,2}(C[A-Z]+|PC)\d+P?|CRVAL[12]P", key)]
    shift = WCS(hdus[2].header).world_to_pixel(star)
corner = round(x - shift[0] + 1), round(y - shift[1] + 1)
pixels = lightkurve.read(path, quality_bitmask="none")
try:
    pixels.cutout(size=3)
    raised = None
except KeyError as error:
    raised = str(error)
print(f"coordinate cards of columns: {cards}; corner at column, row {corner}; by lightkurve {(pixels.column, pixels.row)}; cutout(): {raised}")
sys.exit(cards != [] or (pixels.column, pixels.row) != (0, 0) or "1CRV4P" not in str(raised))
PYTHON
