#!/usr/bin/env python3
"""Compares our target pixel files of cubes with those of astrocut 1.4.0, astrocut 0.11.1 and tesscube 1.2.1.

    cutout.py CUT OLD [--cases N] [--keep FOLDER]      CUT is the example of lks-cutout; OLD is a Python with astrocut 0.11.1

The same positions and sizes, at random over five cubes (`cubes.py`): of astrocut's own test images, of the same with images that came later, and of full size for three CCDs of three
sectors, one with frames without coordinates. Half of the cutouts lie on the edges and corners. Of each are compared every pixel and every cell of the table, the aperture, and every card of
the three headers; a difference of cards must be one of EXPECTED, which says whose fault it is, and is counted. Compared are cutouts whose edges are more than 1e-4 pixels from the middle
between two pixels: nearer ones depend on the rounding of the inverse. Exit code 1 if anything else differs, or if an altered pixel goes unnoticed.

Every file is also looked at by astropy's checksums, and by `fitsverify` where that is installed (Debian: apt-get install fitsverify).
"""

import argparse
import collections
import contextlib
import multiprocessing
import os
import pathlib
import re
import shutil
import subprocess
import sys
import types
import warnings

import scratch

os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
warnings.simplefilter("ignore")
import numpy as np  # noqa: E402
from astrocut import TessCubeCutout  # noqa: E402
from astrocut.exceptions import InvalidQueryError  # noqa: E402
from astropy.coordinates import SkyCoord  # noqa: E402
from astropy.io import fits  # noqa: E402
from astropy.wcs import WCS, NoConvergence  # noqa: E402

import cubes  # noqa: E402

STAR = ["TCID", "PXTABLE", "PMRA", "PMDEC", "PMTOTAL", "TESSMAG", "TEFF", "LOGG", "MH", "RADIUS", "TICVER"]
OF_FIT = ["CRPIX1", "CRPIX2", "PC1_1", "PC1_2", "PC2_1", "PC2_2", "CRVAL1", "CRVAL2", "LATPOLE"]
PHYSICAL = "WCSNAMEP WCSAXESP CTYPE1P CUNIT1P CRPIX1P CRVAL1P CDELT1P CTYPE2P CUNIT2P CRPIX2P CRVAL2P CDELT2P".split()
COLUMN = r"(WCAX|[12]CTYP|[12]CRPX|[12]CRVL|[12]CUNI|[12]CDLT|[12][12]PC|WCSN|[12]CTY|[12]CUN|[12]CRV|[12]CDL|[12]CRP)[4-8]P?"
# Which cards may differ in which HDU, and why.
EXPECTED = [
    (r"CREATOR|PROCVER|CHECKSUM|DATASUM", "012", "the program that made the file, and its sums"),
    ("|".join(STAR), "012", "astrocut: 0 for what it does not know of the star; ours: no value"),
    (COLUMN, "1", "astrocut 1.x: no world coordinates of columns, `kwd[:-1] == 'TTYPE'` is never true where 'TDIM' is in kwd (0.11.1 writes them)"),
    (r"TUNIT12", "1", "astrocut: the names of the images have the unit 'pixel'"),
    (r"TFORM12|NAXIS1", "1", "astrocut: names of images are cut to 38 characters"),
    (r"TMOFST\d\d", "1", "astrocut: asks for TMOFST11 on every CCD, so that the delay of others is lost"),
    (r"COMMENT", "0", "astrocut: the comments of the cube are left out"),
    (r"HISTORY", "12", "astrocut: what became of the cube is copied into the extensions, too"),
    (r"MJDREF", "2", "astrocut: MJDREF = 0 beside BJDREFI, an addition of astropy's to_header()"),
    (r"WCS_MSEP|WCS_SIG", "2", "astrocut 1.x: compares the fit with itself, so that both are 0 (0.11.1 has them)"),
    ("|".join(PHYSICAL), "2", "astrocut: no place on the CCD in the aperture, as the files of the mission have it"),
    ("|".join(OF_FIT), "2", "another linear fit, over all pixels on the tangent plane; astrocut's is over 100 of them, with right ascension and declination alike"),
]
CELLS = ["TIME", "TIMECORR", "CADENCENO", "RAW_CNTS", "FLUX", "FLUX_ERR", "FLUX_BKG", "FLUX_BKG_ERR", "QUALITY", "POS_CORR1", "POS_CORR2"]

counts, differences, worst = collections.Counter(), [], collections.Counter()


def differs(where, what):
    differences.append(f"{where}: {what}")


class Cube:
    def __init__(self, path):
        self.path = path
        self.name = pathlib.Path(path).stem
        with fits.open(path) as hdus:
            self.shape = hdus[1].data.shape[:2][::-1]
            self.wcs = TessCubeCutout.parse_table_wcs(hdus[2].data)
            self.order = np.argsort(hdus[2].data["TSTART"] + hdus[2].data["TSTOP"], kind="stable")

    def cases(self, random, number):
        """Positions and sizes of cutouts that have a pixel on the image."""
        while number:
            size = random.integers(1, 31, 2) if random.random() < 0.8 else [int(random.integers(1, 31))] * 2
            place = []
            for length, pixels in zip(size, self.shape):
                inside, low, high = random.uniform(0, pixels - 1), random.uniform(-length / 2, length), random.uniform(pixels - length, pixels - 1 + length / 2)
                place.append(random.choice([inside, low, high], p=[0.7, 0.15, 0.15]))
            edges = [np.round([at - length / 2, at + length / 2]) for at, length in zip(place, size)]
            near = any(abs((at - length / 2) % 1 - 0.5) < 2e-4 for at, length in zip(place, size))
            if near or any(last <= 0 or first >= pixels for (first, last), pixels in zip(edges, self.shape)):
                continue
            ra, dec = (float(value) for value in self.wcs.all_pix2world([place], 0)[0])
            number -= 1
            yield ra, dec, int(size[0]), int(size[1]), place


def ours(cut, cube, folder, cases):
    """The windows that were cut into FOLDER/N.fits, or the errors."""
    asked = "".join(f"{ra!r} {dec!r} {columns} {rows}\n" for ra, dec, columns, rows, _ in cases)
    done = subprocess.run([cut, cube.path, folder], input=asked, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def explained(keyword, hdu, expected=EXPECTED):
    return next((why for pattern, hdus, why in expected if str(hdu) in hdus and re.fullmatch(pattern, keyword)), None)


def values(header):
    """Cards by keyword; `TDIM` as numbers, because spaces in it mean nothing."""
    cards = {card.keyword: card.value for card in header.cards if card.keyword not in ("HISTORY", "COMMENT", "")}
    cards |= {keyword: [str(line) for line in header[keyword]] for keyword in ("HISTORY", "COMMENT") if keyword in header}
    return {key: re.sub(" ", "", value) if key.startswith("TDIM") else value for key, value in cards.items()}


def same(one, other):
    is_real = isinstance(one, float) and isinstance(other, float)
    return one == other or (isinstance(one, fits.card.Undefined) and isinstance(other, fits.card.Undefined)) or (is_real and abs(one - other) <= 1e-12 * abs(one))


def compare_headers(where, theirs, mine, reasons):
    for hdu in range(3):
        one, other = values(theirs[hdu].header), values(mine[hdu].header)
        for keyword in {**one, **other}:
            if keyword in one and keyword in other and same(one[keyword], other[keyword]):
                counts["cards that are equal"] += 1
            elif why := reasons(keyword, hdu):
                counts["why", why] += 1
            else:
                differs(where, f"HDU {hdu}: {keyword} is {one.get(keyword)!r} in theirs, {other.get(keyword)!r} in ours")


def separation(cube, header, window):
    """The largest distance of linear coordinates from the image's, degrees."""
    x, y, width, height = window
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    fitted = SkyCoord(*WCS(header).all_pix2world(columns.ravel(), rows.ravel(), 0), unit="deg")
    true = SkyCoord(*cube.wcs.all_pix2world(columns.ravel() + x, rows.ravel() + y, 0), unit="deg")
    return float(fitted.separation(true).deg.max())


def compare_fit(where, cube, theirs, mine, window):
    one, other = separation(cube, theirs[2].header, window), separation(cube, mine[2].header, window)
    said = mine[2].header["WCS_MSEP"]
    if abs(other - said) > 1e-11:
        differs(where, f"WCS_MSEP is {said}, and the largest separation {other}")
    # Sums of squares are least where they are made least; a thousandth of an arcsecond is beyond astrocut's own digits.
    if other > 1.1 * one + 3e-7:
        differs(where, f"our fit is off by {other * 3600:.4f} arcseconds, theirs by {one * 3600:.4f}")
    worst["our fit, arcseconds"] = max(worst["our fit, arcseconds"], other * 3600)
    worst["astrocut's fit, arcseconds"] = max(worst["astrocut's fit, arcseconds"], one * 3600)
    aperture, table = mine[2].header, mine[1].header
    for number in range(4, 9):
        place = [table[f"1CRV{number}P"], table[f"2CRV{number}P"]]
        if place != [window[0] + 1, window[1] + 1] or [aperture["CRVAL1P"], aperture["CRVAL2P"]] != place:
            differs(where, f"the first pixel of column {number} is {place}, of the window {window}")
        for of_column, of_image in [("1CRPX", "CRPIX1"), ("2CRPX", "CRPIX2"), ("1CRVL", "CRVAL1"), ("2CRVL", "CRVAL2"), ("11PC", "PC1_1"), ("12PC", "PC1_2"), ("21PC", "PC2_1"), ("22PC", "PC2_2")]:
            if table[f"{of_column}{number}"] != aperture[of_image]:
                differs(where, f"{of_column}{number} is not {of_image}")


def compare_cells(where, cube, theirs, mine):
    one, other = theirs[1].data, mine[1].data
    if one.columns.names != other.columns.names:
        return differs(where, f"columns {other.columns.names}")
    for name in CELLS:
        expected = np.asarray(one[name])[cube.order]
        if expected.shape != other[name].shape or not np.array_equal(expected, np.asarray(other[name]), equal_nan=True):
            differs(where, f"{name} differs")
        counts["cells that are equal"] += expected.size
    for expected, name in zip(np.asarray(one["FFI_FILE"])[cube.order], other["FFI_FILE"]):
        if name[:38] != expected:
            differs(where, f"FFI_FILE {name!r}, theirs {expected!r}")
    if not np.array_equal(theirs[2].data, mine[2].data) or mine[2].data.dtype.kind != "i":
        differs(where, "the aperture differs")
    if mine[2].data.all():
        counts["pixels on the CCD"] += int(mine[2].data.size)
    else:
        counts["cutouts over an edge"] += 1


def opened(where, path):
    """Ours as astropy reads it, its sums checked."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            hdus = fits.open(path, checksum=True)
            hdus.verify("exception")
            return hdus
        except Exception as error:  # noqa: BLE001
            differs(where, f"astropy: {error}")
    return fits.open(path)


def by_astrocut(cube, ra, dec, columns, rows):
    """None where it finds no pixel, although all of these positions are on the image: astropy's inverse does not converge everywhere."""
    try:
        return TessCubeCutout(cube.path, SkyCoord(ra, dec, unit="deg"), [columns, rows], threads=8)
    except (InvalidQueryError, NoConvergence):
        at = SkyCoord(ra, dec, unit="deg")
        with contextlib.suppress(NoConvergence):
            cube.wcs.all_world2pix([[at.ra.deg, at.dec.deg]], 0)
            differs(f"{cube.name} {ra} {dec}", "astrocut finds no pixel, and astropy does")
        counts["astrocut found no pixel: astropy's inverse did not converge"] += 1
        return None


def compare(cube, cut, folder, cases):
    answers = ours(cut, cube, folder, cases)
    for number, ((ra, dec, columns, rows, place), answer) in enumerate(zip(cases, answers, strict=True)):
        where = f"{cube.name} {ra!r} {dec!r} {columns}x{rows}"
        if not (instance := by_astrocut(cube, ra, dec, columns, rows)):
            continue
        if answer.startswith("error"):
            differs(where, answer)
            continue
        window = [int(word) for word in answer.split()]
        limits = instance.cutouts[0].cutout_lims
        if [limits[0][0], limits[1][0], limits[0][1] - limits[0][0], limits[1][1] - limits[1][0]] != window:
            differs(where, f"at {place}: window {window}, astrocut's limits {limits.tolist()}")
            continue
        theirs = instance.tpf_cutouts[0]
        mine = opened(where, f"{folder}/{number}.fits")
        compare_cells(where, cube, theirs, mine)
        compare_headers(where, theirs, mine, explained)
        compare_fit(where, cube, theirs, mine, window)
        mine.close()
        counts["cutouts"] += 1


def compare_old(cube, old, folder, cases):
    """The columns' coordinates, the residuals of the fit and all cells by astrocut 0.11.1."""
    there = folder / "old"
    there.mkdir()
    asked = "".join(f"{number} {ra!r} {dec!r} {columns} {rows}\n" for number, (ra, dec, columns, rows, _) in enumerate(cases))
    subprocess.run([old, "xtask/parity/cutout_old.py", cube.path, there], input=asked, text=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    fit = re.compile("|".join(OF_FIT) + r"|WCS_MSEP|WCS_SIG|[12]CRPX\d|[12]CRVL\d|[12][12]PC\d")
    expected = [each for each in EXPECTED if "1.x" not in each[2]]

    def reasons(keyword, hdu):
        if hdu and fit.fullmatch(keyword):
            return "another linear fit than that of astrocut 0.11.1"
        return explained(keyword, hdu, expected)

    for number in range(len(cases)):
        if not (there / f"{number}.fits").exists():
            counts["positions that astrocut 0.11.1 cannot place, because astropy's inverse diverges"] += 1
            continue
        where = f"0.11.1, {cube.name} {cases[number][:4]}"
        with fits.open(there / f"{number}.fits") as theirs, fits.open(folder / f"{number}.fits") as mine:
            compare_cells(where, cube, theirs, mine)
            compare_headers(where, theirs, mine, reasons)
            for keyword in ("WCS_MSEP", "WCS_SIG"):
                one, other = theirs[2].header[keyword], mine[2].header[keyword]
                if other > 1.1 * one + 3e-7 * mine[2].data.size ** 0.5:
                    differs(where, f"{keyword} is {other}, of 0.11.1 {one}")
        counts["cutouts of astrocut 0.11.1"] += 1


def compare_tesscube(random, paths, folders, all_cases):
    """Pixels, times and flags by tesscube, which reads cubes from S3 alone; its package for positions of the spacecraft wants the network when it is imported."""
    os.environ["AWS_ENDPOINT_URL"] = cubes.serve(paths)
    sys.modules["lkspacecraft"] = types.SimpleNamespace(TESSSpacecraft=lambda: None)
    from tesscube import TESSCube

    for path, folder, cases in zip(paths, folders, all_cases):
        sector, camera, ccd = (int(word) for word in re.findall(r"\d+", pathlib.Path(path).name)[:3])
        theirs = TESSCube(sector=sector, camera=camera, ccd=ccd)
        for number in random.permutation(len(cases))[:100]:
            where = f"tesscube, {pathlib.Path(path).stem} {cases[number][:4]}"
            with fits.open(folder / f"{number}.fits") as mine:
                table, aperture = mine[1].data, mine[2]
                # It has no bounds: a row that leaves the image goes on in the next.
                if not aperture.data.all():
                    continue
                corner = (aperture.header["CRVAL2P"], aperture.header["CRVAL1P"])
                flux, error = theirs.get_flux(corner=corner, shape=aperture.data.shape)
                names = [("FLUX", flux), ("FLUX_ERR", error), ("TIME", (theirs.tstart + theirs.tstop) / 2), ("QUALITY", theirs.quality)]
                for name, expected in names:
                    if not np.array_equal(np.asarray(expected), np.asarray(table[name])):
                        differs(where, f"{name} differs")
            counts["cutouts of tesscube"] += 1


def sabotaged(cube, cut, folder, case):
    """Whether an altered pixel is noticed."""
    ours(cut, cube, folder, [case])
    with fits.open(f"{folder}/0.fits", mode="update") as hdus:
        pixels = hdus[1].data["FLUX"]
        pixels[np.unravel_index(np.nanargmax(pixels), pixels.shape)] += 1
    before = len(differences)
    theirs = TessCubeCutout(cube.path, SkyCoord(*case[:2], unit="deg"), list(case[2:4])).tpf_cutouts[0]
    with fits.open(f"{folder}/0.fits") as mine:
        compare_cells("altered", cube, theirs, mine)
    noticed = len(differences) > before
    del differences[before:]
    return noticed


def verified(folders):
    """How many files `fitsverify` passes. Of what it warns, cards without a value are meant: files of the mission have them, too."""
    if not (tool := shutil.which("fitsverify")):
        return "fitsverify is not installed"
    files, without_value = [str(path) for folder in folders for path in folder.glob("*.fits")], 0
    for start in range(0, len(files), 200):
        out = subprocess.run([tool, *files[start : start + 200]], capture_output=True, text=True).stdout
        for line in out.splitlines():
            if re.search(r"\*\*\* Warning: .* has a null value", line):
                without_value += 1
            elif re.match(r"\*\*\* (Error|Warning)", line.strip()):
                differs("fitsverify", line)
    return f"{len(files):,} files were verified by fitsverify, which warns of {without_value:,} cards without a value"


def report(title):
    """Prints what was counted and found."""
    for name, number in sorted((name, number) for name, number in counts.items() if isinstance(name, str)):
        print(f"{number:12,} {name}")
    for name, value in worst.items():
        print(f"{value:12.4f} {name}, the largest")
    print("cards that differ, and whose fault it is:")
    for (_, why), number in sorted((name, number) for name, number in counts.items() if isinstance(name, tuple)):
        print(f"{number:12,} {why}")
    print(*differences[:40], sep="\n")
    print(f"{title}: {counts['cutouts']:,} cutouts, {len(differences)} differences that nothing explains")


def of_cube(path, options, seed):
    """The folder of our files, their cases, and what was counted and found; in a process of its own."""
    cube, folder = Cube(path), pathlib.Path(path).with_suffix("")
    folder.mkdir()
    cases = list(cube.cases(np.random.default_rng(seed), options.cases // 5))
    compare(cube, options.cut, folder, cases)
    # 0.11.1 refuses cubes that were updated: HISTORY of two lines is no value of a card.
    if "updated" not in path:
        old = cases[:: max(1, len(cases) // 60)]
        (some := folder.with_suffix(".old")).mkdir()
        ours(options.cut, cube, some, old)
        compare_old(cube, options.old, some, old)
    return folder, cases, counts, differences, worst


def keep(kept, paths, folders, all_cases):
    """Copies our files under the names that TESScut gives."""
    kept.mkdir(parents=True, exist_ok=True)
    for path, folder, cases in zip(paths, folders, all_cases):
        image = pathlib.Path(path).name.removesuffix("-cube.fits")
        for number, (ra, dec, columns, rows, _) in enumerate(cases):
            shutil.copy(folder / f"{number}.fits", kept / f"{image}_{ra:.6f}_{dec:.6f}_{columns}x{rows}_astrocut.fits")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("cut")
    arguments.add_argument("old")
    arguments.add_argument("--cases", type=int, default=2100)
    arguments.add_argument("--seed", type=int, default=24)
    arguments.add_argument("--keep", help="copy our files into this folder, under the names that TESScut gives")
    options = arguments.parse_args()
    random = np.random.default_rng(options.seed)
    root = pathlib.Path(scratch.FOLDER)
    paths = [cubes.tested(root / "tested", 1), cubes.updated(root / "updated", 2), cubes.full(root / "full", 1, 2, 1, 3), cubes.full(root / "full", 22, 3, 3, 4, bad=(2,)), cubes.full(root / "full", 96, 4, 2, 3)]
    with multiprocessing.get_context("fork").Pool(maxtasksperchild=1) as pool:
        done = pool.starmap(of_cube, [(path, options, [options.seed, number]) for number, path in enumerate(paths)], chunksize=1)
    folders, all_cases = [part[0] for part in done], [part[1] for part in done]
    for _, _, counted, found, largest in done:
        counts.update(counted)
        differences.extend(found)
        for name, value in largest.items():
            worst[name] = max(worst[name], value)
    compare_tesscube(random, paths[2:], folders[2:], all_cases[2:])
    cube, folder = Cube(paths[0]), root / "altered"
    folder.mkdir()
    noticed = sabotaged(cube, options.cut, folder, all_cases[0][0])
    print(verified(folders))
    report("cutout")
    print(f"an altered pixel is {'noticed' if noticed else 'NOT noticed'}")
    if options.keep:
        keep(pathlib.Path(options.keep), paths, folders, all_cases)
    sys.exit(bool(differences) or not noticed)


if __name__ == "__main__":
    main()
