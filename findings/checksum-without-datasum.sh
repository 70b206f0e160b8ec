#!/bin/sh
# An HDU that has CHECKSUM and no DATASUM, as in every light curve and target pixel file of Kepler, K2 and TESS.
#
# Seen with astropy 8.0.2: fits.open(checksum=True) warns "Checksum verification failed for HDU ('LIGHTCURVE', 1)", although
# the 32-bit ones'-complement sum of the HDU is all ones, which is what the FITS standard (4.4.2.7) asks of CHECKSUM. It takes
# the sum of the data for 0 where no DATASUM says it; so the primary HDU, which has no data, passes.
# Seen with fitsio 1.4.2: verify_checksum() raises "data checksum failed". cfitsio below it answers "DATASUM is absent"
# (0), which fitsio takes for wrong (-1). fitsverify 4.20, which asks cfitsio, finds no fault in the same file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet astropy==8.0.2 fitsio==1.4.2 numpy==2.5.5
"$folder/python/bin/python" - "$folder/light.fits" <<'PYTHON'
import sys
import warnings

import fitsio
import numpy as np
from astropy.io import fits


def ones_complement_sum(content):
    total = sum(int(word) for word in np.frombuffer(content, dtype=">u4"))
    while total >> 32:
        total = (total & 0xFFFFFFFF) + (total >> 32)
    return total


path = sys.argv[1]
table = fits.BinTableHDU.from_columns([fits.Column("TIME", "D", array=np.arange(5) + 1325.3)], name="LIGHTCURVE")
for hdu in (primary := fits.PrimaryHDU(), table):
    hdu.header["CHECKSUM"] = "0" * 16
fits.HDUList([primary, table]).writeto(path)

content = bytearray(open(path, "rb").read())
with fits.open(path) as hdus:
    for hdu in hdus:
        info = hdu.fileinfo()
        start, end = info["hdrLoc"], info["datLoc"] + info["datSpan"]
        value = content.index(b"CHECKSUM= ", start) + 11
        content[value : value + 16] = hdu._char_encode(~ones_complement_sum(content[start:end]) & 0xFFFFFFFF).encode()
        assert ones_complement_sum(content[start:end]) == 0xFFFFFFFF
open(path, "wb").write(content)

with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    with fits.open(path, checksum=True) as hdus:
        len(hdus)
astropy_said = [str(warning.message).strip() for warning in said]
try:
    with fitsio.FITS(path) as hdus:
        hdus[1].verify_checksum()
    fitsio_said = None
except ValueError as error:
    fitsio_said = str(error)
print("astropy:", astropy_said, "\nfitsio:", fitsio_said)
expected = (["Checksum verification failed for HDU ('LIGHTCURVE', 1)."], "data checksum failed")
sys.exit((astropy_said, fitsio_said) != expected)
PYTHON
