#!/bin/sh
# A cutout by lightkurve of a target pixel file of TESScut keeps the world coordinates of the whole file, so that every pixel has the sky position of another.
#
# Seen with lightkurve 2.6.0 (astropy 8.0.2) and a file of 15 by 15 pixels in the form that TESScut gave it with astrocut 0.x, with a star in pixel (7, 7).
# cutout(center=(7, 7), size=5) starts at pixel (4, 4) and has the star in pixel (3, 3). Its wcs puts the star at (7, 7), outside, and get_coordinates() is
# wrong by 4 pixels on both axes, 2 arc minutes. There is no warning. cutout() moves CRPIX of the table's columns, from which the coordinates of mission
# files are read, and not CRPIX of the aperture, from which those of MAST's cutouts are read. The same pixels in a mission file are right, and so are
# column and row in both. interact_sky() and a second cutout around a position use these coordinates. No issue found.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile lightkurve==2.6.0 astropy==8.0.2 numpy==2.5.5
cd "$folder"
HOME=$folder MPLCONFIGDIR=$folder "$folder/python/bin/python" - <<'PYTHON'
import sys
import warnings

warnings.simplefilter("ignore")
import lightkurve
import numpy as np
from astropy.coordinates import SkyCoord
from astropy.io import fits

n, side = 4, 15
numbers = np.zeros(n)
frames = np.zeros((n, side, side), "f4")
frames[:, 7, 7] = 1000
images = ("RAW_CNTS", "FLUX", "FLUX_ERR", "FLUX_BKG", "FLUX_BKG_ERR")
star = SkyCoord(84.0, -70.0, unit="deg")
axes = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 8.0, "CRPIX2": 8.0, "CRVAL1": 84.0, "CRVAL2": -70.0, "CUNIT1": "deg", "CUNIT2": "deg", "CDELT1": -0.00583, "CDELT2": 0.00583}
of_column = {"CTYPE": "CTYP", "CRPIX": "CRPX", "CRVAL": "CRVL", "CUNIT": "CUNI", "CDELT": "CDLT"}


def make(origin, creator):
    table = fits.BinTableHDU.from_columns(
        [
            fits.Column("TIME", "D", unit="BJD - 2457000, days", array=1325.3 + np.arange(n) / 48),
            fits.Column("TIMECORR", "E", unit="d", array=numbers),
            fits.Column("CADENCENO", "J", array=np.arange(n)),
            *(fits.Column(name, f"{side * side}{'J' if name == 'RAW_CNTS' else 'E'}", unit="e-/s", dim=f"({side},{side})", array=frames) for name in images),
            fits.Column("QUALITY", "J", array=numbers),
            fits.Column("POS_CORR1", "E", unit="pixel", array=numbers),
            fits.Column("POS_CORR2", "E", unit="pixel", array=numbers),
        ],
        name="PIXELS",
    )
    for column in range(4, 9):
        table.header.update({f"{key[5]}{of_column[key[:5]]}{column}": value for key, value in axes.items()})
        table.header.update({f"1CRV{column}P": 700, f"2CRV{column}P": 900})
    table.header.update(TELESCOP="TESS", TIMESYS="TDB", BJDREFI=2457000, BJDREFF=0.0)
    primary = fits.PrimaryHDU()
    primary.header.update(ORIGIN=origin, CREATOR=creator, TELESCOP="TESS", OBJECT="", SECTOR=1, CAMERA=4, CCD=2)
    aperture = fits.ImageHDU(np.ones((side, side), "i4"), name="APERTURE")
    aperture.header.update(axes)
    fits.HDUList([primary, table, aperture]).writeto("pixels.fits", overwrite=True)
    return lightkurve.read("pixels.fits")


seen = {}
for origin, creator in (("STScI/MAST", "astrocut"), ("NASA/Ames", "TargetPixelExporterPipelineModule")):
    whole = make(origin, creator)
    part = whole.cutout(center=(7, 7), size=5)
    row, column = np.unravel_index(part.flux[0].value.argmax(), (5, 5))
    ra, dec = (angle[row, column] for angle in part.get_coordinates(0))
    off = SkyCoord(ra, dec, unit="deg").separation(star).arcmin
    seen[origin] = (int(part.column), int(part.row)), (int(column), int(row)), [round(float(at), 3) for at in part.wcs.world_to_pixel(star)], round(float(off), 2)
    print(f"{origin}: corner {seen[origin][0]}, star in pixel {seen[origin][1]}, by wcs {seen[origin][2]}, by get_coordinates {seen[origin][3]} arc minutes off")
assert seen["NASA/Ames"] == ((704, 904), (3, 3), [3.0, 3.0], 0.0)
(corner, pixel, by_wcs, off) = seen["STScI/MAST"]
sys.exit((corner, pixel, by_wcs) != ((704, 904), (3, 3), [7.0, 7.0]) or off < 1.9)
PYTHON
