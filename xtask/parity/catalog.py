#!/usr/bin/env python3
"""Catalogues through unmodified Python clients and through our program, from the same sandbox.

    python catalog.py SANDBOX PROGRAM MOTION

Three parts. `clients`: pyvo, astroquery's TapPlus and SIMBAD, and lksearch.catalogsearch work with the sandbox. `queries`: what lksearch's
query_region, query_id, query_names and match_names_catalogs give, and what we give, cell by cell; a difference must come from a fault that has a
number in PEERS.md and pass the test given here. `motion`: 10,000 random stars moved by astropy and by us (MOTION is the example of lks-catalog).
Exit code 1 if anything is unexplained.
"""

import csv
import io
import json
import logging
import math
import os
import random
import shutil
import subprocess
import sys
import time
import warnings
from collections import Counter

import scratch  # noqa: F401
import redirected

SANDBOX, PROGRAM, MOTION = sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3]
redirected.HOSTS += ["https://vizier.cds.unistra.fr", "https://simbad.cds.unistra.fr", "https://simbad.u-strasbg.fr"]
HOME = redirected.point_at(SANDBOX)
PROGRAM = shutil.copy(PROGRAM, HOME)

import astropy.units as u  # noqa: E402
import numpy as np  # noqa: E402
import pyvo  # noqa: E402
from astropy.coordinates import Distance, SkyCoord  # noqa: E402
from astropy.table import Table  # noqa: E402
from astropy.time import Time  # noqa: E402
from astroquery.simbad import Simbad  # noqa: E402
from astroquery.utils.tap.core import TapPlus  # noqa: E402
from lksearch import catalogsearch  # noqa: E402

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
catalogsearch.VizTap = TapPlus(url=f"{SANDBOX}/TAPVizieR/tap/")
FAILED = []


def check(name, passed):
    print(f"client {'ok' if passed else 'FAILED'}: {name}")
    if not passed:
        FAILED.append(name)


def clients():
    """Real clients, only pointed at the sandbox."""
    service = pyvo.dal.TAPService(f"{SANDBOX}/TAPVizieR/tap")
    query = 'SELECT TIC, RAJ2000, Tmag, KIC, Disp FROM "IV/39/tic82" WHERE TIC IN (377780790, 1399000001)'
    read = {}
    for form in ["votable/td", "votable/b", "votable/b2"]:
        rows = service.run_sync(query, FORMAT=form).to_table()
        read[form] = sorted((int(row["TIC"]), float(row["RAJ2000"]), str(row["Disp"])) for row in rows)
    check("pyvo reads the three serialisations alike", len(set(map(str, read.values()))) == 1 and len(read["votable/td"]) == 2)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rows = pyvo.dal.TAPService(f"{SANDBOX}/tap-server/tap").run_sync("SELECT dr2_source_id FROM gaiadr3.dr2_neighbourhood")
    check("pyvo is warned of an overflow", len(rows) == 2000 and any(issubclass(warning.category, pyvo.dal.DALOverflowWarning) for warning in caught))
    try:
        service.run_sync("SELECT nothing FROM nowhere")
        told = ""
    except pyvo.dal.DALQueryError as error:
        told = str(error)
    check("pyvo is told what is wrong with a query", "nowhere" in told)
    job = service.submit_job('SELECT TOP 3 TIC FROM "IV/39/tic82"')
    job.run()
    job.wait(phases=["COMPLETED", "ERROR", "ABORTED"], timeout=20)
    check("pyvo runs an asynchronous job", len(job.fetch_result()) == 3)
    job.delete()
    upload = Table({"name": ["Kepler-10", "no such star", "it's"], "row": [0, 1, 2]})
    simbad = pyvo.dal.TAPService(f"{SANDBOX}/simbad/sim-tap")
    rows = simbad.run_sync(
        "SELECT t.row, t.name, b.main_id FROM TAP_UPLOAD.t AS t LEFT JOIN ident AS i ON i.id = t.name LEFT JOIN basic AS b ON b.oid = i.oidref",
        uploads={"t": upload},
    ).to_table()
    check("pyvo uploads a table", sorted(map(int, rows["row"])) == [0, 1, 2] and "Kepler-10" in [str(value) for value in rows["main_id"]])
    check("pyvo reads the limit of the service", simbad.hardlimit == 2000000)

    tap = TapPlus(url=f"{SANDBOX}/TAPVizieR/tap/")
    rows = tap.launch_job('SELECT Source, Plx FROM "I/355/gaiadr3" WHERE Source = 2132155017099178624').get_results()
    check("TapPlus reads BINARY2", len(rows) == 1 and int(rows["Source"][0]) == 2132155017099178624)
    rows = tap.launch_job_async('SELECT TOP 5 TIC FROM "IV/39/tic82"').get_results()
    check("TapPlus runs an asynchronous job", len(rows) == 5)

    check("SIMBAD knows the names of a star", len(Simbad.query_objectids("Kepler-10")) >= 6)
    rows = Simbad.query_objects(["Kepler-10", "K2-18", "no such star"])
    check("SIMBAD takes a list of names", list(rows["main_id"])[:2] == ["Kepler-10", "K2-18"] and len(rows) == 3)
    check("SIMBAD finds one star", len(Simbad.query_object("NAME Barnard's star")) == 1)
    here = SkyCoord(285.6793883, 50.2413057, unit="deg")
    check("SIMBAD finds the stars around a place", "Kepler-10" in list(Simbad.query_region(here, radius=5 * u.arcsec)["main_id"]))


# What both have, by Python's name and ours.
COLUMNS = {
    "tic": {"TESSmag": "magnitude", "Teff": "temperature", "logg": "log_g", "Rad": "radius", "Mass": "mass"},
    "kic": {"Kepmag": "magnitude", "Teff": "temperature", "logg": "log_g", "Radius": "radius"},
    "epic": {"K2mag": "magnitude", "Teff": "temperature", "logg": "log_g", "Rad": "radius", "Mass": "mass"},
    "gaiadr3": {"Gmag": "magnitude", "BPmag": "bp_mag", "RPmag": "rp_mag", "Teff": "temperature", "logg": "log_g"},
}
RAW = {
    "tic": {"RAJ2000": "ra", "DEJ2000": "dec", "pmRA": "pm_ra", "pmDE": "pm_dec", "Plx": "parallax", "Tmag": "magnitude", "Gmag": "gaia_mag", "Teff": "temperature", "logg": "log_g", "Rad": "radius", "Mass": "mass", "Disp": "disposition"},
    "kic": {"RAJ2000": "ra", "DEJ2000": "dec", "pmRA": "pm_ra", "pmDE": "pm_dec", "Plx": "parallax", "kepmag": "magnitude", "Teff": "temperature"},
    "epic": {"RAJ2000": "ra", "DEJ2000": "dec", "pmRA": "pm_ra", "pmDEC": "pm_dec", "plx": "parallax", "Kpmag": "magnitude"},
    "gaiadr3": {"RAJ2000": "ra", "DEJ2000": "dec", "pmRA": "pm_ra", "pmDE": "pm_dec", "Plx": "parallax", "Gmag": "magnitude"},
}
LABEL = {"tic": "TIC", "kic": "KIC", "epic": "EPIC", "gaiadr3": "Gaia DR3"}
ID_COLUMN = {"tic": "TIC", "kic": "KIC", "epic": "ID", "gaiadr3": "Source"}
EPOCH = {"tic": 2000.0, "kic": 2000.0, "epic": 2000.0, "gaiadr3": 2016.0}


def ours(*words):
    """Our rows, and how the program ended."""
    below = {"TAP": "/TAPVizieR/tap", "SIMBAD": "/simbad/sim-tap", "GAIA": "/tap-server/tap", "MAST": "", "RESOLVER": "", "S3": ""}
    environment = {"HOME": HOME, "PATH": os.environ["PATH"], "TMPDIR": scratch.FOLDER}
    environment |= {f"LKSEARCH_ENDPOINTS__{name}": SANDBOX + path for name, path in below.items()}
    done = subprocess.run([PROGRAM, "catalog", *words, "--format", "json"], capture_output=True, env=environment, text=True)
    rows = json.loads(done.stdout) if done.stdout.strip() else []
    return rows, done.returncode, done.stderr.strip()


def missing(value):
    return value is None or value is np.ma.masked or value is np.nan or (isinstance(value, (float, np.floating)) and math.isnan(value)) or value == "" or str(value) in ("<NA>", "nan", "--")


def same(theirs, mine, tolerance=1e-6):
    if missing(theirs) or missing(mine):
        return missing(theirs) and missing(mine)
    # A number of 32 bits, which a row of the frame holds in 64.
    if isinstance(mine, float) and float(np.float32(theirs)) == float(theirs) and np.float32(mine) == np.float32(theirs):
        return True
    if isinstance(mine, (int, float)) and not isinstance(mine, bool):
        return abs(float(theirs) - mine) <= tolerance * max(1.0, abs(mine))
    return str(theirs).strip() == str(mine).strip()


class Tally:
    def __init__(self):
        self.queries = self.rows = self.cells = self.equal = 0
        self.rules = Counter()
        self.unexplained = []

    def cell(self, where, theirs, mine, rules, tolerance=1e-6):
        self.cells += 1
        if same(theirs, mine, tolerance):
            self.equal += 1
            return
        for number, explains in rules:
            if explains(theirs, mine):
                self.rules[number] += 1
                return
        self.unexplained.append(f"{where}: {theirs!r} and {mine!r}")


TALLY = Tally()


def arcsec(ra1, dec1, ra2, dec2):
    return SkyCoord(ra1, dec1, unit="deg").separation(SkyCoord(ra2, dec2, unit="deg")).arcsec


def region(ra, dec, catalog, radius, limit, year):
    """One cone. Python gives positions at its epoch, or at the one that it takes the catalogue's to be."""
    TALLY.queries += 1
    where = f"query_region {ra} {dec} {catalog} {radius} {limit} {year}"
    epoch = Time(year, format="jyear", scale="tt") if year else None
    arguments = {} if limit == "default" else {"magnitude_limit": limit}
    frame = catalogsearch.query_region((ra, dec), catalog=catalog, radius=u.Quantity(radius, "arcsec"), output_epoch=epoch, **arguments)
    words = ["cone", f"{ra} {dec:+}", "--catalog", catalog, "--radius", f"{radius}arcsec", "--epoch", str(year or EPOCH[catalog])]
    if limit != "default":
        words += ["--magnitude-limit", str(limit)]
    rows, code, said = ours(*words)
    if code not in (0, 3):
        TALLY.unexplained.append(f"{where}: {said}")
        return
    frame = frame.reset_index() if "ID" not in frame.columns else frame
    theirs = {str(row["ID"]): row for _, row in frame.iterrows()}
    mine = {row["id"]: row for row in rows}
    for star in theirs.keys() | mine.keys():
        TALLY.rows += 1
        row, own = theirs.get(star), mine.get(star)
        if row is None:
            faint = limit == "default" and (own["magnitude"] is None or own["magnitude"] >= 18)
            fast = abs(own["pm_dec"] or 0) + abs(own["pm_ra"] or 0) > 500
            rule = "B50" if faint else "1.2" if fast else None
            if rule:
                TALLY.rules[rule] += 1
            else:
                TALLY.unexplained.append(f"{where}: only ours has {star}")
            continue
        if own is None:
            # Python chooses by the position of the catalogue's epoch, and shows another.
            apart = arcsec(ra, dec, row["RA"], row["Dec"])
            if apart > radius or missing(row["RA"]):
                TALLY.rules["B42"] += 1
            else:
                TALLY.unexplained.append(f"{where}: only Python has {star}")
            continue
        moved = abs(own["pm_ra"] or 0) + abs(own["pm_dec"] or 0) > 0
        negative = own["parallax"] is not None and own["parallax"] < 0
        position = [
            ("B41", lambda t, m: negative and year and missing(t)),
            ("B3", lambda t, m: catalog == "gaiadr3" and moved),
        ]
        TALLY.cell(f"{where} {star} RA", row["RA"], own["ra"], position, 1e-12)
        TALLY.cell(f"{where} {star} Dec", row["Dec"], own["dec"], position, 1e-12)
        spoilt = frame["Separation"].isna().any()
        reference = frame.sort_values("Separation").iloc[0]
        separation = [
            ("B41", lambda t, m: spoilt and missing(t)),
            # From the nearest star, at the place where Python has it.
            ("B42", lambda t, m: abs(t - arcsec(reference["RA"], reference["Dec"], row["RA"], row["Dec"])) < 1e-4 and abs(m - arcsec(ra, dec, own["ra"], own["dec"])) < 1e-4),
        ]
        TALLY.cell(f"{where} {star} Separation", row["Separation"], own["separation_arcsec"], separation, 1e-6)
        flux = [
            ("B41", lambda t, m: spoilt),
            ("B42", lambda t, m: str(reference["ID"]) != rows[0]["id"] or rows[0]["magnitude"] is None),
        ]
        TALLY.cell(f"{where} {star} Relative_Flux", row["Relative_Flux"], own["relative_flux"], flux, 1e-3)
        for column, name in [("pmRA", "pm_ra"), ("pmDE", "pm_dec")]:
            TALLY.cell(f"{where} {star} {column}", row[column], own[name], [("B43", lambda t, m: t == 0 and m is None)])
        for column, name in COLUMNS[catalog].items():
            if column in row:
                TALLY.cell(f"{where} {star} {column}", row[column], own[name], [])


def raw_rows(where, catalog, frame, rows, rules=()):
    """Rows of the catalogue itself, by number."""
    theirs = {f"{LABEL[catalog]} {int(row[ID_COLUMN[catalog]])}": row for _, row in frame.iterrows()}
    mine = {row["id"]: row for row in rows if row["id"]}
    for star in theirs.keys() | mine.keys():
        TALLY.rows += 1
        if star not in theirs or star not in mine:
            for number, explains in rules:
                if explains(star, theirs.get(star), mine.get(star)):
                    TALLY.rules[number] += 1
                    break
            else:
                TALLY.unexplained.append(f"{where}: only {'ours' if star in mine else 'Python'} has {star}")
            continue
        for column, name in RAW[catalog].items():
            TALLY.cell(f"{where} {star} {column}", theirs[star][column], mine[star][name], [], 1e-9)


def by_id(given, words, catalog, rules=(), raised=None, **arguments):
    """One look-up. `raised` is the number of the fault for which Python fails."""
    TALLY.queries += 1
    where = f"query_id {given} {arguments}"
    rows, code, said = ours("id", *words)
    try:
        frame = catalogsearch.query_id(given, **arguments)
    except Exception as error:
        if raised and (rows or code == 2):
            TALLY.rules[raised] += 1
        else:
            TALLY.unexplained.append(f"{where}: Python says {error}")
        return
    if raised and code == 2:
        TALLY.rules[raised] += 1
        return
    raw_rows(where, catalog, frame, rows, rules)


def names(name, rules=()):
    TALLY.queries += 1
    where = f"query_names {name}"
    try:
        frame = catalogsearch.query_names(name)
        theirs = {" ".join(str(value).split()) for value in frame["id"]}
    except Exception:
        theirs = set()
    rows, _, _ = ours("names", name)
    mine = {row["name"] for row in rows if row["name"]}
    TALLY.rows += max(len(theirs), len(mine))
    for other in theirs | mine:
        TALLY.cells += 1
        if other in theirs and other in mine:
            TALLY.equal += 1
        elif other in mine and not theirs and "1.2" in rules:
            TALLY.rules["1.2"] += 1
        else:
            TALLY.unexplained.append(f"{where}: {other} only in {'ours' if other in mine else 'Python'}")


def matched(name, match, raises):
    TALLY.queries += 1
    rows, _, _ = ours("names", name)
    mine = [row["name"] for row in rows if row["name"] and match in row["name"].replace(" ", "").lower()]
    try:
        found = str(catalogsearch.match_names_catalogs(name, match)[match].iloc[0])
    except AttributeError:
        TALLY.rules["B48" if raises and len(mine) > 1 else "?"] += 1
        return
    TALLY.cell(f"match_names_catalogs {name} {match}", " ".join(found.split()), mine[0] if mine else "", [])


def queries():
    """At least 60 questions of all four kinds."""
    kepler_10, k2_18, tres_2, fast = (285.6793883, 50.2413057), (172.560141, 7.588391), (286.8085, 49.3164), (269.4520769586187, 4.6933649665767)
    for catalog in ["tic", "kic", "gaiadr3"]:
        for ra, dec in [kepler_10, (285.6797, 50.2421), tres_2]:
            for year in [None, 2019.5]:
                region(ra, dec, catalog, 60, 18, year)
    for radius in [20, 100, 119]:
        region(*kepler_10, "tic", radius, 16, None)
        region(*kepler_10, "gaiadr3", radius, 16, 2010.0)
    for limit in ["default", 12, 20]:
        region(*kepler_10, "tic", 100, limit, None)
    for catalog in ["epic", "tic", "gaiadr3"]:
        region(*k2_18, catalog, 80, 18, None)
        region(*k2_18, catalog, 80, 18, 2016.5)
    for year in [None, 2024.5]:
        region(*fast, "tic", 100, 18, year)
        region(*fast, "gaiadr3", 30, 18, year)
    region(10.0, 10.0, "tic", 50, 18, None)

    by_id("TIC 377780790", ["TIC 377780790"], "tic")
    by_id("KIC 11904151", ["KIC 11904151"], "kic")
    by_id("EPIC 201912552", ["EPIC 201912552"], "epic")
    by_id("Gaia DR3 2132155017099178624", ["Gaia DR3 2132155017099178624"], "gaiadr3")
    by_id(["TIC 377780790", "TIC 261136679"], ["TIC 377780790", "TIC 261136679"], "tic", output_catalog="tic")
    by_id(["TIC 377780790", "TIC 5"], ["TIC 377780790", "TIC 5"], "tic", output_catalog="tic")
    by_id(["KIC 11904151", "KIC 7419318"], ["KIC 11904151", "KIC 7419318"], "kic", output_catalog="kic", input_catalog="kic")
    # A list of another catalogue is looked for in the TIC.
    TALLY.queries += 1
    frame = catalogsearch.query_id(["KIC 11904151", "KIC 7419318"])
    rows, _, _ = ours("id", "KIC 11904151", "KIC 7419318")
    TALLY.rules["B5" if len(frame) == 0 and [row["id"] for row in rows] == ["KIC 11904151", "KIC 7419318"] else "?"] += 1
    duplicate = ("B49", lambda star, theirs, own: theirs is not None and str(theirs["Disp"]) in ("DUPLICATE", "SPLIT") or own is not None and own["duplicate_of"])
    by_id("KIC 11904151", ["KIC 11904151", "--to", "tic"], "tic", [duplicate], output_catalog="tic", input_catalog="kic")
    by_id("KIC 9941662", ["KIC 9941662", "--to", "tic"], "tic", [duplicate], output_catalog="tic", input_catalog="kic")
    by_id("KIC 7419318", ["KIC 7419318", "--to", "tic"], "tic", [duplicate], output_catalog="tic", input_catalog="kic")
    by_id("TIC 377780790", ["TIC 377780790", "--to", "kic"], "kic", output_catalog="kic", input_catalog="tic")
    release = ("B45", lambda star, theirs, own: True)
    for number in [377780790, 1399000010, 1400000000, 1400000001, 1400000002, 1717079066, 399860444]:
        by_id(f"TIC {number}", [f"TIC {number}", "--to", "gaiadr3"], "gaiadr3", [release], output_catalog="gaiadr3", input_catalog="tic")
    by_id("Gaia DR2 5", ["Gaia DR2 5"], "gaiadr3", raised="B46")
    by_id("TICA 5", ["TICA 5"], "tic", raised="B46")
    by_id("TIC 1) OR (1=1", ["TIC 1) OR (1=1"], "tic", raised="B46")
    by_id("Kepler-10", ["Kepler-10"], "tic", raised="B46")

    for name in ["Kepler-10", "K2-18", "TOI-1161", "TIC 377780790", "Gaia DR3 2132155017099178624", "HD 197481", "KOI-72", "2MASS J19024305+5014286"]:
        names(name)
    for name in ["TOI 1161", "koi 72", "kepler 10", "tic377780790", "TOI-1161.01", "AU Mic", "Barnard's star"]:
        names(name, ["1.2"])
    names("no such star")
    for name in ["Kepler-10", "K2-18"]:
        matched(name, "tic", False)
        matched(name, "gaiadr3", False)
        matched(name, "gaia", True)
    TALLY.queries += 1
    try:
        catalogsearch.query_region(kepler_10, output_epoch=2459000.5)
        TALLY.unexplained.append("query_region with a Julian date works")
    except TypeError:
        rows, _, _ = ours("cone", "285.6793883 +50.2413057", "--catalog", "tic", "--epoch", "2459000.5")
        TALLY.rules["B44" if rows else "?"] += 1

    many = [f"TIC {2_000_000_000 + number}" for number in range(10_000)]
    listed = os.path.join(scratch.FOLDER, "ids.txt")
    with open(listed, "w") as file:
        file.write("\n".join(many))
    import requests

    requests.delete(f"{SANDBOX}/_sandbox/log")
    started = time.monotonic()
    rows, code, _ = ours("id", "--targets", listed)
    elapsed = time.monotonic() - started
    log = requests.get(f"{SANDBOX}/_sandbox/log").json()
    num_requests = sum("/sync" in entry["path"] for entry in log["requests"])
    started = time.monotonic()
    frame = catalogsearch.query_id([2_000_000_000 + number for number in range(10_000)], output_catalog="tic")
    their_time = time.monotonic() - started
    TALLY.queries += 1
    TALLY.rows += len(rows)
    in_order = [row["id"] for row in rows] == many
    print(f"ids 10,000: {num_requests} requests, {elapsed:.2f} s; lksearch.query_id {their_time:.2f} s; in order: {in_order}; rows {len(rows)} and {len(frame)}")
    if not in_order or code != 0 or num_requests > 40:
        TALLY.unexplained.append("10,000 ids")


def motion():
    """Random stars, and the places where conventions break down."""
    random.seed(2026)
    stars = []
    for number in range(10_000):
        ra = random.choice([0.0, 1e-7, 359.9999999]) if number % 20 == 0 else random.uniform(0, 360)
        dec = random.choice([90.0, -90.0, 89.9999, -89.9999]) if number % 25 == 0 else math.degrees(math.asin(random.uniform(-1, 1)))
        speed, angle = 10 ** random.uniform(-1, 4), random.uniform(0, math.tau)
        # No star is faster than 1,000 km/s across the sky.
        parallax = max(10 ** random.uniform(-1, 2.9), 4.74 * speed / 1000) if number % 2 else None
        velocity = random.uniform(-500, 500) if number % 4 == 1 else None
        stars.append((ra, dec, speed * math.cos(angle), speed * math.sin(angle), parallax, velocity, random.uniform(1950, 2100), random.uniform(1950, 2100)))
    text = io.StringIO()
    csv.writer(text).writerows([["" if value is None else repr(value) for value in star] for star in stars])
    done = subprocess.run([MOTION], input=text.getvalue(), capture_output=True, text=True, check=True)
    mine = np.array([[float(cell) for cell in line.split(",")] for line in done.stdout.split()])
    ra, dec, pm_ra, pm_dec, parallax, velocity, start, end = (np.array([np.nan if value is None else value for value in column]) for column in zip(*stars))
    differences = {}
    for name, chosen in {
        "without parallax": np.isnan(parallax),
        "with parallax": ~np.isnan(parallax) & np.isnan(velocity),
        "with parallax and radial velocity": ~np.isnan(velocity),
    }.items():
        arguments = {}
        if "with parallax" in name:
            arguments["distance"] = Distance(parallax=parallax[chosen] * u.mas)
        if "velocity" in name:
            arguments["radial_velocity"] = velocity[chosen] * u.km / u.s
        there = SkyCoord(
            ra[chosen] * u.deg,
            dec[chosen] * u.deg,
            pm_ra_cosdec=pm_ra[chosen] * u.mas / u.yr,
            pm_dec=pm_dec[chosen] * u.mas / u.yr,
            obstime=Time(start[chosen], format="jyear", scale="tdb"),
            **arguments,
        ).apply_space_motion(new_obstime=Time(end[chosen], format="jyear", scale="tdb"))
        # By the vectors, because the angle between two equal directions is lost in the arc cosine.
        vectors = [np.array([np.cos(d) * np.cos(r), np.cos(d) * np.sin(r), np.sin(d)]) for r, d in [(there.ra.rad, there.dec.rad), np.radians(mine[chosen]).T]]
        apart = np.degrees(np.linalg.norm(vectors[0] - vectors[1], axis=0)) * 3.6e6
        differences[name] = float(apart.max())
        print(f"motion {name}: {chosen.sum()} stars, largest difference {apart.max():.7f} mas")
    return differences


clients()
queries()
moved = motion()
print(f"queries {TALLY.queries}, rows {TALLY.rows}, cells {TALLY.cells}, equal {TALLY.equal}")
print("explained " + ", ".join(f"{number} × {count}" for number, count in sorted(TALLY.rules.items())))
for line in TALLY.unexplained[:40]:
    print("  unexplained", line)
wrong = len(TALLY.unexplained) + TALLY.rules["?"] + len(FAILED) + sum(value > 0.001 for value in moved.values())
print(f"unexplained = {wrong}")
sys.exit(1 if wrong or TALLY.queries < 60 else 0)
