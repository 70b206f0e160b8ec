#!/bin/sh
# astropy ignores a time reference in two parts, MJDREFI and MJDREFF, which the FITS standard allows for the sake of precision (4.0, 9.2.2).
#
# Seen with astropy 8.0.2, Table.read(path, astropy_native=True) of TIME 1325.3 d in a table whose reference is that of TESS, JD 2457000. With MJDREF 56999.5,
# JDREF 2457000.0 or DATEREF the time is 2018-07-25. With MJDREFI 56999 and MJDREFF 0.5, or JDREFI and JDREFF, it is 1862-07-04: the keywords are not known,
# and a missing reference is taken to be MJD 0. There is no warning but the usual one about the position of the observatory. TIMEOFFS, which is to be
# added to all times, and the reference value of a time axis (TCRVL) are accepted, and not applied.
# Files with a reference in two parts are those of Fermi, NuSTAR, Swift and other X-ray missions. No issue found.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile astropy==8.0.2 numpy==2.5.5
"$folder/python/bin/python" - "$folder/times.fits" <<'PYTHON'
import sys
import warnings

from astropy.io import fits
from astropy.table import Table

path = sys.argv[1]


def read(time=1325.3, **reference):
    table = fits.BinTableHDU.from_columns([fits.Column("TIME", "D", unit="d", array=[time])])
    table.header.update({"TIMESYS": "TDB", "TIMEUNIT": "d", **reference})
    table.writeto(path, overwrite=True)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        start = Table.read(path, astropy_native=True)["TIME"][0].isot[:10]
    return start, [str(warning.message) for warning in said if "reference position" not in str(warning.message)]


seen = {
    "MJDREF": read(MJDREF=56999.5),
    "JDREF": read(JDREF=2457000.0),
    "DATEREF": read(DATEREF="2014-12-08T12:00:00"),
    "MJDREFI, MJDREFF": read(MJDREFI=56999, MJDREFF=0.5),
    "JDREFI, JDREFF": read(JDREFI=2457000, JDREFF=0.0),
    "TIMEOFFS": read(1225.3, MJDREF=56999.5, TIMEOFFS=100.0),
    "TCRVL": read(1226.3, MJDREF=56999.5, TCTYP1="TDB", TCRPX1=1.0, TCRVL1=100.0, TCDLT1=1.0),
}
for reference, (start, said) in seen.items():
    print(f"{reference}: {start} {said}")
right, in_parts, not_moved = ("2018-07-25", []), ("1862-07-04", []), ("2018-04-16", [])
assert [seen[name] for name in ("MJDREF", "JDREF", "DATEREF")] == [right] * 3
sys.exit(list(seen.values())[3:5] != [in_parts] * 2 or seen["TIMEOFFS"] != not_moved or seen["TCRVL"][0] == right[0])
PYTHON
