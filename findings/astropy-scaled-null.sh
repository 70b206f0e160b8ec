#!/bin/sh
# TNULL is the integer stored in the table (FITS 4.0, 7.3.2); astropy looks for it among the values after TSCAL and TZERO have been applied.
#
# Seen with astropy 8.0.2, Table.read of a column of 16-bit integers with TSCAL 0.5 and TNULL 10: the stored values 10, 20, 100 mean null, 10.0, 50.0, and
# come out as 5.0, masked, 50.0. The null has become a number and a good value is masked, without a warning. QTable.read does the same.
# Unsigned integers (TZERO 32768): with TNULL -32768 Table.read raises "Cannot convert fill_value -32768 to dtype uint16"; with TNULL 0 the null is read
# as 32768, and the stored -32768, which means 0, is masked. A variable-length array with TNULL (TFORM 'PI') raises a ValueError about truth values.
# astropy writes masked unsigned columns in the same way, with TNULL 16959 where -15809 is stored, so that other readers take its nulls for numbers.
# stilts 3.4.7 reads the scaled and the unsigned columns correctly. No issue found.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile astropy==8.0.2 numpy==2.5.5
"$folder/python/bin/python" - "$folder/table.fits" <<'PYTHON'
import sys
import warnings

import numpy as np
from astropy.io import fits
from astropy.table import MaskedColumn, Table

path = sys.argv[1]


def read(stored, null, form="I", **scaling):
    fits.BinTableHDU.from_columns([fits.Column("Q", form, null=null, array=stored)]).writeto(path, overwrite=True)
    with fits.open(path, mode="update") as hdus:
        hdus[1].header.update({f"{name}1": value for name, value in scaling.items()})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return Table.read(path)["Q"].tolist()
        except (TypeError, ValueError) as error:
            return type(error).__name__


seen = {
    "scaled": read(np.array([10, 20, 100], dtype="i2"), 10, TSCAL=0.5),
    "unsigned, TNULL the least": read(np.array([-32768, 0, 20], dtype="i2"), -32768, TZERO=32768),
    "unsigned, TNULL 0": read(np.array([-32768, 0, 20], dtype="i2"), 0, TZERO=32768),
    "variable length": read(np.array([np.array([1, -1], "i2"), np.array([3], "i2")], dtype=object), -1, form="PI()"),
    "plain": read(np.array([10, 20, 100], dtype="i2"), 10),
}
Table({"Q": MaskedColumn(np.array([0, 1, 2], dtype="u2"), mask=[False, True, False])}).write(path, overwrite=True)
with fits.open(path) as hdus:
    start = hdus[1].fileinfo()["datLoc"]
    null = hdus[1].header["TNULL1"]
with open(path, "rb") as file:
    file.seek(start + 2)
    seen["written: TNULL, stored"] = [null, int.from_bytes(file.read(2), "big", signed=True)]
for case, values in seen.items():
    print(f"{case}: {values}")
assert seen["plain"] == [None, 20, 100]
as_seen = {
    "scaled": [5.0, None, 50.0],
    "unsigned, TNULL the least": "TypeError",
    "unsigned, TNULL 0": [None, 32768, 32788],
    "variable length": "ValueError",
    "plain": [None, 20, 100],
    "written: TNULL, stored": [16959, -15809],
}
sys.exit(seen != as_seen)
PYTHON
