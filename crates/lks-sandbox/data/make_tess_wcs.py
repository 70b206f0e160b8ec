"""Writes tess_wcs.txt: the world coordinates of the CCDs of which the sandbox has cubes, out of tesswcs 1.9.3 (pip install --no-deps tesswcs==1.9.3).

    python make_tess_wcs.py 1-2-1 14-2-3 … > tess_wcs.txt        the CCDs as sector-camera-ccd; those in the file now: grep ^ccd tess_wcs.txt
"""

import bz2
import importlib.util
import json
import pathlib
import sys

HEAD = """\
# World coordinates of CCDs of TESS, as the headers of their full-frame images have them: CRPIX, CRVAL, CD, and the SIP polynomials A, B, AP and BP,
# each with its order and its terms i, j, without those of too low an order. The pointing is that of the spacecraft: right ascension, declination, roll.
# Written by make_tess_wcs.py from the database of tesswcs 1.9.3,
# <https://pypi.org/project/tesswcs/1.9.3/>, tesswcs/data/TESS_wcs_data.json.bz2, under the licence of tesswcs:
#
"""


def main(ccds):
    package = pathlib.Path(importlib.util.find_spec("tesswcs").origin).parent
    database = json.load(bz2.open(package / "data" / "TESS_wcs_data.json.bz2"))
    licence = next(package.parent.glob("tesswcs-1.9.3.dist-info/**/LICENSE")).read_text()
    print(HEAD + "\n".join(f"# {line}".rstrip() for line in licence.splitlines()))
    for sector, camera, ccd in sorted(tuple(map(int, one.split("-"))) for one in ccds):
        found = database[str(sector)][str(camera)][str(ccd)]
        print("ccd", sector, camera, ccd)
        print("pointing", *(database[str(sector)][name] for name in ["ra", "dec", "roll"]))
        print("crpix", *found["crpix0"])
        print("crval", *found["crval0"])
        print("cd", *(value for row in found["cd"] for value in row))
        for name, lowest in ("a", 2), ("b", 2), ("ap", 1), ("bp", 1):
            matrix = found[f"sip_{name}"]
            order = len(matrix) - 1
            terms = [matrix[i][j] for i in range(order + 1) for j in range(order + 1) if lowest <= i + j <= order]
            print(name, order, *terms)


main(sys.argv[1:])
