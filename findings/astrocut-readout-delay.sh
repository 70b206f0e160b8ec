#!/bin/sh
# A cutout by astrocut has the readout delay of camera 1, CCD 1, and of no other.
#
# Seen with astrocut 1.4.0: headers of full-frame images of TESS give the delay under the number of their camera and CCD, TMOFST24 for camera 2, CCD 4. A cutout of that CCD has
# no such card; it has TMOFST11 without a value, because the list of cards that are taken over is one for all CCDs. The value is in the table of the cube.
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

images = create_test_ffis(100, 3)
for image in images:
    with fits.open(image, mode="update") as hdus:
        for hdu in hdus:
            hdu.header.update({"CAMERA": 2, "CCD": 4})
        hdus[1].header["TMOFST24"] = (1.62, "(s) readout delay for camera 2 and ccd 4")
cube = astrocut.CubeFactory().make_cube(images, cube_file="tess-s0001-2-4-cube.fits", sector=1, verbose=False)
delays = fits.getdata(cube, 2)["TMOFST24"].tolist()
path = astrocut.cube_cut(cube, SkyCoord(256.6, 6.155, unit="deg"), 3, verbose=False)
cards = {card.keyword: card.value for card in fits.getheader(path, 1).cards if card.keyword.startswith("TMOFST")}
print(f"in the cube TMOFST24 {delays}; in the cutout {list(cards)}")
undefined = isinstance(cards.get("TMOFST11"), (type(None), fits.card.Undefined))
sys.exit((delays, list(cards), undefined) != ([1.62] * 3, ["TMOFST11"], True))
PYTHON
