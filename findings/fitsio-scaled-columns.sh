#!/bin/sh
# fitsio reads a column of scaled integers (TSCAL, TZERO; FITS 4.0, 7.3.2) wrongly, and spoils the other columns of the table with it.
#
# Seen with fitsio 1.4.2: cadences 70000, 70001, 70002 beside fluxes 10, 15, 55, which are stored as the 16-bit integers 10, 20, 100 with TSCAL 0.5 and
# TZERO 5. read() returns the cadences 70000, 292618260, 6553600 and the fluxes 5.0, 5.0, 5.0, without an error or a warning. The type of a column is taken
# from its scaled values (float32, 4 bytes), the bytes from the file (2 bytes), so every row after the first starts in the wrong place. The flux
# alone, columns=["FLUX"], is 5.0, 5.0, 5.0 as well. Whole-number scales, and scaled columns of 8-, 32- and 64-bit integers, are read wrongly too; scaled floats and
# unsigned integers are right. astropy 8.0.2 and stilts 3.4.7 read the file correctly. No issue found.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile fitsio==1.4.2 astropy==8.0.2 numpy==2.5.5
"$folder/python/bin/python" - "$folder/light.fits" <<'PYTHON'
import sys

import fitsio
import numpy as np
from astropy.io import fits

path = sys.argv[1]
columns = [fits.Column("CADENCENO", "J", array=np.arange(70000, 70003)), fits.Column("FLUX", "I", array=np.array([10, 20, 100], dtype="i2"))]
fits.BinTableHDU.from_columns(columns, name="LIGHTCURVE").writeto(path)
with fits.open(path, mode="update") as hdus:
    hdus[1].header["TSCAL2"], hdus[1].header["TZERO2"] = 0.5, 5.0

with fits.open(path) as hdus:
    by_astropy = [hdus[1].data[name].tolist() for name in ("CADENCENO", "FLUX")]
table = fitsio.read(path, ext=1)
by_fitsio = [table[name].tolist() for name in ("CADENCENO", "FLUX")]
alone = fitsio.read(path, ext=1, columns=["FLUX"])["FLUX"].tolist()
print("astropy:", by_astropy, "\nfitsio:", by_fitsio, "\nfitsio, the flux alone:", alone)
assert by_astropy == [[70000, 70001, 70002], [10.0, 15.0, 55.0]]
sys.exit(by_fitsio[0][1:] == [70001, 70002] or by_fitsio[1] == [10.0, 15.0, 55.0] or alone == [10.0, 15.0, 55.0])
PYTHON
