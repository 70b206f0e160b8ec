#!/usr/bin/env python3
"""Compares what `lksearch cutout --source cubes` makes of the sandbox's cubes with what astrocut 1.4.0 does, both over HTTP: `cutout_http.py SANDBOX PROGRAM [--cases N]`.

The cubes are of full size (1,282 to 11,115 frames), two of them with frames that were added later, out of the order of time, and with frames without coordinates in the middle. See `cutout.py` for
what is compared.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import cutout
import numpy as np
from astrocut import TessCubeCutout
from astropy.io import fits

CCDS = [(1, 2, 1), (36, 2, 1), (63, 2, 1), (99, 2, 1)]
# Columns and rows that see the sky; our program refuses positions on the others.
SKY = [(44, 2091), (0, 2047)]
# Rows and columns.
SIZES = [(11, 11), (4, 9), (1, 1)]


class Cube(cutout.Cube):
    def __init__(self, sector, camera, ccd):
        self.name = f"tess-s{sector:04}-{camera}-{ccd}"
        self.path = f"s3://stpubdata/tess/public/mast/{self.name}-cube.fits"
        with fits.open(self.path, use_fsspec=True, fsspec_kwargs={"anon": True}) as hdus:
            header, table = hdus[1].header, hdus[2].data
            self.shape = (header["NAXIS3"], header["NAXIS4"])
            self.wcs = TessCubeCutout.parse_table_wcs(table)
            self.order = np.argsort(table["TSTART"] + table["TSTOP"], kind="stable")

    def positions(self, random, rows, columns, number):
        """Positions that see the sky, with the six decimals of a name."""
        while number:
            place = [random.choice([random.uniform(first, last), random.uniform(first, first + 8), random.uniform(last - 8, last)], p=[0.6, 0.2, 0.2]) for first, last in SKY]
            ra, dec = (round(float(value), 6) for value in self.wcs.all_pix2world([place], 0)[0])
            # Where astropy's inverse does not converge, astrocut cuts nothing.
            at = self.wcs.all_world2pix([[ra, dec]], 0, tolerance=1e-9, maxiter=60, quiet=True)[0]
            if np.hypot(*(at - place)) < 1e-3 and all(abs((middle - length / 2) % 1 - 0.5) > 2e-4 for middle, length in zip(at, (columns, rows))):
                number -= 1
                yield ra, dec


def by_us(options, sector, rows, columns, positions):
    """The folder of our cutouts."""
    home = pathlib.Path(tempfile.mkdtemp())
    (home / "list.txt").write_text("".join(f"{ra:.6f} {dec:.6f}\n" for ra, dec in positions))
    settings = {f"LKSEARCH_ENDPOINTS__{name}": options.sandbox for name in ["MAST", "RESOLVER", "S3"]}
    settings |= {f"LKSEARCH_ENDPOINTS__{name}": options.sandbox + path for name, path in [("TAP", "/TAPVizieR/tap"), ("SIMBAD", "/simbad/sim-tap"), ("GAIA", "/tap-server/tap")]}
    words = ["cutout", "--targets", home / "list.txt", "--sector", str(sector), "--size", f"{rows}x{columns}", "--source", "cubes", "--dir", home / "cut", "--format", "ndjson", "--quiet"]
    subprocess.run([options.program, *words], env={"HOME": str(home), "PATH": os.environ["PATH"], **settings}, stdout=subprocess.DEVNULL)
    return home / "cut" / "mastDownload" / "TESSCut"


def reasons(keyword, hdu):
    is_of_star = keyword in ("OBJECT", "TICID")
    return "the star, as the catalogue has it" if is_of_star else cutout.explained(keyword, hdu)


def compare(cube, folder, rows, columns, positions):
    for ra, dec in positions:
        where = f"{cube.name} {ra} {dec} {columns}x{rows}"
        path = folder / f"{cube.name}_{ra:.6f}_{dec:.6f}_{columns}x{rows}_astrocut.fits"
        if not path.exists():
            cutout.differs(where, "we made no file")
            continue
        if not (instance := cutout.by_astrocut(cube, ra, dec, columns, rows)):
            continue
        limits = instance.cutouts[0].cutout_lims
        window = [int(limits[0][0]), int(limits[1][0]), columns, rows]
        theirs, mine = instance.tpf_cutouts[0], cutout.opened(where, path)
        cutout.compare_cells(where, cube, theirs, mine)
        cutout.compare_headers(where, theirs, mine, reasons)
        cutout.compare_fit(where, cube, theirs, mine, window)
        mine.close()
        cutout.counts["cutouts"] += 1
        cutout.counts[f"cutouts of {cube.name} with {len(cube.order):,} frames"] += 1


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("sandbox")
    arguments.add_argument("program")
    arguments.add_argument("--cases", type=int, default=30, help="of each cube")
    options = arguments.parse_args()
    options.sandbox = options.sandbox.rstrip("/")
    os.environ["AWS_ENDPOINT_URL"] = options.sandbox
    random = np.random.default_rng(24)
    for sector, camera, ccd in CCDS:
        cube = Cube(sector, camera, ccd)
        for rows, columns in SIZES:
            positions = list(cube.positions(random, rows, columns, -(-options.cases // len(SIZES))))
            compare(cube, by_us(options, sector, rows, columns, positions), rows, columns, positions)
    cutout.report("cutout over HTTP")
    sys.exit(bool(cutout.differences))


main()
