#!/bin/sh
# A cutout of a TESS target pixel file by lightkurve is right in memory; of the file that it writes, only the first row can be read.
#
# Seen with lightkurve 2.6.0 (astropy 8.0.2): cutout(size=3) gives the last column of the table, POS_CORR2, a single number per row, the dimensions (0,3), and
# to_fits() writes them as TDIM11. astropy therefore takes the column to be empty and each row to be 4 bytes shorter than it is. lightkurve.read() of the file has
# the right number of cadences, but the second is at 5e-315 days, and cadence numbers and qualities are misplaced bytes. With the
# default quality mask 11 of 20 cadences are left, although none was flagged. There is no error, only the usual warning of how many are ignored.
# A cutout of size=(5, 3), 5 columns and 3 rows, is written with TDIM (3,5): its first frame comes back as 5 rows of 3 pixels, each running on into the next.
# stilts 3.4.7 reads all rows of the file correctly. No issue found.
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
from astropy.io import fits

n, side = 20, 13
rows, columns = np.mgrid[:side, :side]
frames = np.repeat((100 * rows + columns)[None], n, axis=0).astype("f4")
numbers = np.zeros(n)
images = ("RAW_CNTS", "FLUX", "FLUX_ERR", "FLUX_BKG", "FLUX_BKG_ERR")
table = fits.BinTableHDU.from_columns(
    [
        fits.Column("TIME", "D", unit="BJD - 2457000, days", array=1325.3 + np.arange(n) / 720),
        fits.Column("TIMECORR", "E", unit="d", array=numbers),
        fits.Column("CADENCENO", "J", array=np.arange(n) + 70000),
        *(fits.Column(name, f"{side * side}{'J' if name == 'RAW_CNTS' else 'E'}", unit="e-/s", dim=f"({side},{side})", array=frames) for name in images),
        fits.Column("QUALITY", "J", array=numbers),
        fits.Column("POS_CORR1", "E", unit="pixel", array=numbers),
        fits.Column("POS_CORR2", "E", unit="pixel", array=numbers),
    ],
    name="PIXELS",
)
place = {"CTYP": ("RA---TAN", "DEC--TAN"), "CRPX": (7.0, 7.0), "CRVL": (84.0, -70.0), "CUNI": ("deg", "deg"), "CDLT": (-0.00583, 0.00583)}
for column in range(4, 9):
    table.header.update({f"{axis + 1}{key}{column}": value[axis] for key, value in place.items() for axis in (0, 1)})
    table.header.update({f"1CRV{column}P": 700, f"2CRV{column}P": 900})
table.header.update(TELESCOP="TESS", TIMESYS="TDB", BJDREFI=2457000, BJDREFF=0.0)
primary = fits.PrimaryHDU()
primary.header.update(ORIGIN="NASA/Ames", CREATOR="TargetPixelExporterPipelineModule", TELESCOP="TESS", OBJECT="TIC 1234", TICID=1234, SECTOR=1, CAMERA=4, CCD=2)
fits.HDUList([primary, table, fits.ImageHDU(np.full((side, side), 3, "i4"), name="APERTURE")]).writeto("pixels.fits")

pixels = lightkurve.read("pixels.fits")
cutout = pixels.cutout(center=(5, 7), size=3)
cutout.to_fits("cutout.fits")
again = lightkurve.read("cutout.fits", quality_bitmask="none")
masked = lightkurve.read("cutout.fits")
dimensions = fits.getheader("cutout.fits", 1).get("TDIM11")
print(f"in memory: times {cutout.time.value[:2]}, cadences {cutout.cadenceno[:2]}, qualities other than 0: {np.count_nonzero(cutout.quality)}")
print(f"from the file: times {again.time.value[:2]}, cadences {again.cadenceno[:2]}, qualities other than 0: {np.count_nonzero(again.quality)}; TDIM11 {dimensions}; left {len(masked)}")
wide = pixels.cutout(center=(5, 7), size=(5, 3))
wide.to_fits("wide.fits")
first = lightkurve.read("wide.fits", quality_bitmask="none").flux[0].value.astype(int)
print(f"5 columns and 3 rows:\n{wide.flux[0].value.astype(int)}\nfrom the file:\n{first}")
assert cutout.time.value[1] > 1325 and cutout.cadenceno[1] == 70001 and not cutout.quality.any() and wide.flux[0].shape == (3, 5)
as_seen = (len(again), again.cadenceno[0], again.cadenceno[1] != 70001) == (n, 70000, True) and abs(again.time.value[1]) < 1 and len(masked) < n and first.shape == (5, 3)
sys.exit(not as_seen)
PYTHON
