#!/usr/bin/env python3
"""Compares lks-wcs with astropy and wcslib over the world coordinates that the archive has of full-frame images of TESS.

    wcs.py CONVERT                 CONVERT is the example of lks-wcs
    wcs.py --fixture               writes the test's file: a dozen CCDs with their points, as astropy computes them

The headers are those that tesswcs keeps per sector, camera and CCD (its arrays, not `WCS.from_sector`, which has one distortion for all sectors). All CCDs are drawn from; 16,000
random pixels of each of the 16 CCDs of FULL sectors, 100 of every other. Pixels may lie on the outer edges. Compared are, in pixels:

    pixel to sky    ours with astropy (all_pix2world) and with wcslib itself (wcsp2s with SIP)
    sky to pixel    ours of wcslib's position with the pixel, and with wcslib's own inverse (wcss2p)

and for 5,000 headers made at random (poles, RA 0, mirrored, skewed, LONPOLE, PC and CDELT, CROTA2, units of arcseconds, orders 0 to 9) the same. Exit code 1 if anything
differs by LIMIT pixels or more, or if an altered coefficient goes unnoticed.
"""

import bz2
import importlib.metadata
import json
import pathlib
import subprocess
import sys
import warnings

import scratch  # noqa: F401

import numpy as np
from astropy.wcs import WCS, Wcsprm

warnings.simplefilter("ignore")

LIMIT = 1e-6
FULL = [1, 22, 65, 96]
COLUMNS, ROWS = 2136, 2078
FIXTURE = "crates/lks-wcs/tests/it/tess.txt"
# The CCDs of the fixture; the second has the highest order of all, 9.
CHOSEN = ["1 1 1", "1 2 1", "1 3 3", "1 4 4", "7 4 1", "7 1 2", "22 1 4", "22 3 3", "65 1 4", "65 2 2", "65 3 1", "96 4 2"]


def archived():
    """`sector camera ccd` and cards of every CCD that tesswcs keeps."""
    files = importlib.metadata.files("tesswcs")
    path = next(file for file in files if file.name == "TESS_wcs_data.json.bz2").locate()
    for sector, cameras in json.loads(bz2.decompress(pathlib.Path(path).read_bytes())).items():
        for camera in "1234":
            for ccd in "1234":
                kept = cameras[camera][ccd]
                cards = {"CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "RADESYS": "ICRS"}
                for axis in (0, 1):
                    cards[f"CRPIX{axis + 1}"] = float(kept["crpix0"][axis])
                    cards[f"CRVAL{axis + 1}"] = float(kept["crval0"][axis])
                    for other in (0, 1):
                        cards[f"CD{axis + 1}_{other + 1}"] = float(kept["cd"][axis][other])
                for name in "ab":
                    cards |= polynomial(name.upper(), kept[f"sip_{name}"])
                yield f"{sector} {camera} {ccd}", cards


def polynomial(name, rows):
    order = len(rows) - 1
    terms = {f"{name}_{i}_{j}": float(rows[i][j]) for i in range(order + 1) for j in range(order + 1 - i)}
    return {f"{name}_ORDER": order} | {keyword: term for keyword, term in terms.items() if term}


def lines(cards):
    return [f"{keyword} = '{value}'" if isinstance(value, str) else f"{keyword} = {value!r}" for keyword, value in cards.items()]


def text(cards):
    """A header as FITS has it, for wcslib."""
    padded = []
    for line in ["NAXIS = 2", f"NAXIS1 = {COLUMNS}", f"NAXIS2 = {ROWS}", *lines(cards)]:
        keyword, value = line.split(" = ")
        # wcslib reads exponents in upper case only where the standard says so.
        padded.append(f"{keyword:8}= {value if value[0] == chr(39) else value.upper():>20}".ljust(80))
    return "".join([*padded, "END".ljust(80)])


class Oracle:
    def __init__(self, cards):
        header = text(cards)
        self.astropy = WCS(header.encode())
        self.wcslib = Wcsprm(header=header.encode(), relax=True)
        self.scale = np.sqrt(abs(np.linalg.det(self.astropy.pixel_scale_matrix)))

    def sky(self, pixels):
        return self.wcslib.p2s(pixels, 0)["world"]

    def pixels(self, sky):
        return self.wcslib.s2p(sky, 0)["pixcrd"]


def separation(one, other):
    """Degrees between positions."""
    directions = []
    for ra, dec in (np.radians(one.T), np.radians(other.T)):
        directions.append(np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=1))
    return np.degrees(np.linalg.norm(directions[0] - directions[1], axis=1))


def ask(convert, cases):
    """The answers to the pixels and the positions of each case; None for an error."""
    asked = []
    for cards, pixels, sky in cases:
        asked += lines(cards)
        asked += [f"pixel {x!r} {y!r}" for x, y in pixels.tolist()]
        asked += [f"sky {ra!r} {dec!r}" for ra, dec in sky.tolist()]
    done = subprocess.run([convert], input="\n".join(asked) + "\n", capture_output=True, text=True, check=True)
    answers = iter(done.stdout.splitlines())
    for _, pixels, sky in cases:
        yield [[next(answers) for _ in points] for points in (pixels, sky)]


def numbers(answers):
    return np.array([[float("nan")] * 2 if line.startswith("error") else line.split(" ") for line in answers], dtype=float)


class Worst:
    def __init__(self):
        self.values = {}
        self.num_compared = 0

    def add(self, name, differences, where):
        # What is not a number is the largest difference of all.
        largest = float(np.max(np.where(np.isnan(differences), np.inf, differences)))
        if largest >= self.values.get(name, (-1.0, ""))[0]:
            self.values[name] = (largest, where)

    def compare(self, where, oracle, pixels, sky, answers):
        to_sky, to_pixels = (numbers(part) for part in answers)
        self.num_compared += len(pixels)
        self.add("pixel to sky, astropy", separation(to_sky, oracle.astropy.all_pix2world(pixels, 0)) / oracle.scale, where)
        self.add("pixel to sky, wcslib", separation(to_sky, sky) / oracle.scale, where)
        self.add("sky to pixel, the pixel", np.abs(to_pixels - pixels).max(axis=1), where)
        self.add("sky to pixel, wcslib", np.abs(to_pixels - oracle.pixels(sky)).max(axis=1), where)

    def failed(self):
        return any(largest >= LIMIT for largest, _ in self.values.values())

    def show(self, title):
        print(f"{title}: {self.num_compared:,} pixels, each both ways; largest differences in pixels")
        for name, (largest, where) in self.values.items():
            print(f"  {name:26} {largest:.2e}  ({where})")


def random_pixels(random, number):
    return np.column_stack([random.uniform(-0.5, COLUMNS - 0.5, number), random.uniform(-0.5, ROWS - 0.5, number)])


def of_archive(convert, random):
    worst, cases, orders = Worst(), [], {}
    for name, cards in archived():
        number = 16_000 if int(name.split()[0]) in FULL else 100
        oracle, pixels = Oracle(cards), random_pixels(random, number)
        cases.append((name, oracle, (cards, pixels, oracle.sky(pixels))))
        order = max(cards["A_ORDER"], cards["B_ORDER"])
        orders[order] = orders.get(order, 0) + 1
    for start in range(0, len(cases), 100):
        some = cases[start : start + 100]
        for (name, oracle, (_, pixels, sky)), answers in zip(some, ask(convert, [case for _, _, case in some])):
            worst.compare(name, oracle, pixels, sky, answers)
    worst.show(f"archive: {len(cases)} CCDs, orders {dict(sorted(orders.items()))}")
    return worst


def made(random):
    """A header of each kind."""
    order = int(random.integers(0, 10))
    dec = random.choice([random.uniform(-90, 90), 90.0, -90.0, 0.0])
    ra = random.choice([random.uniform(0, 360), 0.0, 359.9999999])
    form = random.integers(0, 3)
    # Elements that are left out skew the image; of one that is turned far nothing but a line would be left.
    scale, angle = 10 ** random.uniform(-5, -2), np.radians(random.uniform(-20, 20) if form == 1 else random.uniform(0, 360))
    matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * random.choice([1, -1], 2)
    matrix[0, 1] *= random.uniform(0.8, 1.2)
    cards = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": random.uniform(1, COLUMNS), "CRPIX2": random.uniform(1, ROWS)}
    unit = 1.0
    if random.random() < 0.3:
        unit = 3600.0
        cards |= {"CUNIT1": "arcsec", "CUNIT2": "arcsec"}
    cards |= {"CRVAL1": ra * unit, "CRVAL2": dec * unit}
    if random.random() < 0.4:
        cards["LONPOLE"] = random.choice([0.0, 180.0, random.uniform(-180, 180)])
    if form == 0:
        cards |= {f"CD{i + 1}_{j + 1}": matrix[i, j] * unit for i in (0, 1) for j in (0, 1)}
    elif form == 1:
        cards |= {"CDELT1": -scale * unit, "CDELT2": scale * unit}
        cards |= {f"PC{i + 1}_{j + 1}": matrix[i, j] / scale * (1, -1)[i == 0] for i in (0, 1) for j in (0, 1) if random.random() < 0.9 or i == j}
    else:
        cards |= {"CDELT1": -scale * unit, "CDELT2": scale * unit * 1.1, "CROTA2": random.uniform(-180, 180)}
    if order >= 2:
        cards |= {"CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP"}
        for name in "AB":
            rows = [[random.normal() * 3 / 2000 ** (i + j) if 2 <= i + j <= order else 0.0 for j in range(order + 1)] for i in range(order + 1)]
            cards |= polynomial(name, rows)
    return {keyword: value if isinstance(value, (str, int)) else float(value) for keyword, value in cards.items()}


def of_random(convert, random):
    worst, cases = Worst(), []
    for number in range(5_000):
        cards = made(random)
        oracle, pixels = Oracle(cards), random_pixels(random, 10)
        cases.append((f"made {number}", oracle, (cards, pixels, oracle.sky(pixels))))
    for (name, oracle, (_, pixels, sky)), answers in zip(cases, ask(convert, [case for _, _, case in cases])):
        worst.compare(name, oracle, pixels, sky, answers)
    worst.show(f"made headers: {len(cases)}")
    return worst


def of_sabotage(convert, random):
    """A coefficient that is altered by a millionth must be seen."""
    name, cards = next(archived())
    oracle, pixels = Oracle(cards), random_pixels(random, 100)
    sky = oracle.sky(pixels)
    altered = cards | {"A_2_0": cards["A_2_0"] * (1 + 1e-6)}
    worst = Worst()
    worst.compare(name, oracle, pixels, sky, next(ask(convert, [(altered, pixels, sky)])))
    return worst.failed()


def fixture():
    """The file of the test."""
    random = np.random.default_rng(24)
    edge = [[-0.5, -0.5], [COLUMNS - 0.5, -0.5], [COLUMNS - 0.5, ROWS - 0.5], [-0.5, ROWS - 0.5]]
    with open(FIXTURE, "w") as file:
        file.write("# World coordinates of full-frame images of TESS, written by `python xtask/parity/wcs.py --fixture`. The headers are those of tesswcs 1.9.3\n")
        file.write("# (MIT License, Copyright (c) 2023 Christina Hedges, https://github.com/tessgi/tesswcs); x and y are counted from 0, and the positions are by astropy 8.0.2.\n")
        for name, cards in archived():
            if name in CHOSEN:
                pixels = np.concatenate([edge, random_pixels(random, 28)]).round(3)
                sky = Oracle(cards).astropy.all_pix2world(pixels, 0)
                file.write("\n".join([f"ccd {name}", *lines(cards)]) + "\n")
                file.writelines(f"{x!r} {y!r} {ra!r} {dec!r}\n" for (x, y), (ra, dec) in zip(pixels.tolist(), sky.tolist()))


def main():
    if sys.argv[1] == "--fixture":
        return fixture()
    random = np.random.default_rng(2026)
    convert = sys.argv[1]
    worst = [of_archive(convert, random), of_random(convert, random)]
    noticed = of_sabotage(convert, random)
    print(f"an altered coefficient is {'noticed' if noticed else 'NOT noticed'}")
    num_pixels = sum(part.num_compared for part in worst)
    print(f"wcs: {num_pixels:,} pixels, limit {LIMIT} pixels: {'differs' if any(part.failed() for part in worst) else 'agrees'}")
    sys.exit(not noticed or any(part.failed() for part in worst))


main()
