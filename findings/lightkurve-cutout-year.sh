#!/bin/sh
# A target pixel file whose zero time stands in the unit of TIME ("BJD - 2457000, days") and not in BJDREFI, as TESScut wrote it in 2018.
#
# Seen with lightkurve 2.6.0 (astropy 8.0.2): it opens without a warning, and its times are Julian dates near 1325: format "jd", in
# the year -4709. With BJDREFI = 2457000 in the header the same numbers are of format "btjd", in 2018.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile lightkurve==2.6.0 astropy==8.0.2
HOME=$folder "$folder/python/bin/python" - "$folder/tess-s0001-4-3_107.27_-70.0_3x3_astrocut.fits" <<'PYTHON'
import sys
import warnings

warnings.simplefilter("ignore")
import lightkurve
import numpy as np
from astropy.io import fits

path = sys.argv[1]
n = 4
frames = lambda value: np.full((n, 3, 3), value, dtype="f4")
columns = [
    fits.Column("TIME", "D", unit="BJD - 2457000, days", array=1325.3 + np.arange(n) / 48),
    fits.Column("TIMECORR", "E", unit="d", array=np.zeros(n)),
    fits.Column("CADENCENO", "J", array=np.arange(n)),
    *(fits.Column(name, "9E", unit="e-/s", dim="(3,3)", array=frames(value)) for name, value in (("RAW_CNTS", 1), ("FLUX", 100), ("FLUX_ERR", 1), ("FLUX_BKG", 0), ("FLUX_BKG_ERR", 0))),
    fits.Column("QUALITY", "J", array=np.zeros(n, dtype="i4")),
    fits.Column("POS_CORR1", "E", array=np.zeros(n)),
    fits.Column("POS_CORR2", "E", array=np.zeros(n)),
]
primary = fits.PrimaryHDU()
primary.header.update(ORIGIN="STScI/MAST", CREATOR="astrocut", TELESCOP="TESS", OBJECT="", SECTOR=1, CAMERA=4, CCD=3, RA_OBJ=107.27, DEC_OBJ=-70.0)
seen = []
for zero in (None, 2457000):
    table = fits.BinTableHDU.from_columns(columns, name="PIXELS")
    if zero:
        table.header["BJDREFI"], table.header["BJDREFF"] = zero, 0.0
    fits.HDUList([primary, table, fits.ImageHDU(np.ones((3, 3), dtype="i4"), name="APERTURE")]).writeto(path, overwrite=True)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        time = lightkurve.read(path).time[0]
    seen.append((time.format, round(float(time.jd), 3), [str(warning.message) for warning in said if not issubclass(warning.category, ResourceWarning)]))
    print(f"BJDREFI {zero}: {time.format} {time.jd}, warnings {seen[-1][2]}")
sys.exit(seen[0] != ("jd", 1325.3, []) or seen[1][:2] != ("btjd", 2458325.3))
PYTHON
