#!/usr/bin/env python3
"""Cutouts by astrocut 0.11.1, which gives the columns of pixels their world coordinates: `cutout_old.py CUBE FOLDER`. Each line of stdin is `NAME RA DEC COLUMNS ROWS`."""

import sys
import warnings

warnings.simplefilter("ignore")
from astrocut import CutoutFactory  # noqa: E402

cube, folder = sys.argv[1:]
for line in sys.stdin:
    name, ra, dec, columns, rows = line.split()
    size = (int(columns), int(rows))
    try:
        CutoutFactory().cube_cut(cube, f"{ra} {dec}", size, "SPOC", target_pixel_file=f"{name}.fits", output_path=folder, verbose=False)
    except Exception as error:  # Where astropy's inverse diverges; the caller counts what did not come.
        print(f"{name}: {error}", file=sys.stderr)
