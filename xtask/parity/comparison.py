"""Compares two tables of one search, cell by cell, and tells which differences are listed as ours being right.

A listed difference has the number under which the fault of lksearch 1.2.1 is described (B…, or N… for those that this comparison
found), and a test that holds our value to what it must be instead; "it differs somehow" is never enough.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pandas as pd
from astropy.time import Time

CUTOUT = "TESScut"
TOLERANCE = 1e-9


def plain(value):
    """A cell as JSON would hold it: one null for all the nulls of pandas, and Python's own numbers."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


def equal(one, other):
    if isinstance(one, str) or isinstance(other, str) or one is None or other is None:
        return type(one) is type(other) and one == other
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def key(row):
    """What makes a row of one table the row of the other; cutouts have no obs_id in Python's tables."""
    if row["productFilename"] == CUTOUT:
        return (CUTOUT, row["sequence_number"])
    return (row["obs_id"], row["productFilename"])


@dataclass
class Difference:
    """One thing that is not the same; `what` is `cell`, `column`, `missing`, `added`, `twice`, `order` or `answer`."""

    what: str
    where: object
    column: str = None
    theirs: object = None
    ours: object = None
    their_row: dict = None
    our_row: dict = None

    def __str__(self):
        place = f"{self.where}" + (f" {self.column}" if self.column else "")
        return f"{self.what} {place}: Python {self.theirs!r}, ours {self.ours!r}"


def required(row, column):
    """What Python leaves out of a cutout's row, and ours must not."""
    return row["productFilename"] == CUTOUT and column in CUTOUT_COLUMNS.split()


def compare(query, theirs, ours):
    """All differences of two tables (lists of rows), and how many cells were compared."""
    differences, num_cells = [], 0
    their_counts, our_counts = Counter(map(key, theirs)), Counter(map(key, ours))
    our_rows = {key(row): row for row in ours}
    their_rows = {}
    for row in theirs:
        # Of the same product twice, the row of the observation that it belongs to is the one to compare with.
        if key(row) not in their_rows or row.get("parent_obsid") == row.get("obsID"):
            their_rows[key(row)] = row
    for place in their_counts | our_counts:
        num_theirs, num_ours = their_counts[place], our_counts[place]
        if num_theirs != num_ours:
            what = "added" if num_theirs == 0 else "missing" if num_ours == 0 else "twice"
            differences.append(Difference(what, place, None, num_theirs, num_ours, their_rows.get(place), our_rows.get(place)))
    if not theirs or not ours:
        return differences, num_cells
    columns = [name for name in ours[0] if name in theirs[0]]
    for name in theirs[0]:
        if name not in ours[0]:
            num_values = sum(row[name] is not None for row in theirs)
            where = "cutouts only" if all(row["productFilename"] == CUTOUT for row in ours) else "-"
            differences.append(Difference("column", where, name, f"{num_values} values", "not there"))
    for place, their_row in their_rows.items():
        our_row = our_rows.get(place)
        if our_row is None:
            continue
        num_cells += len(columns)
        for name in columns:
            if not equal(their_row[name], our_row[name]) or (our_row[name] is None and required(our_row, name)):
                differences.append(Difference("cell", place, name, their_row[name], our_row[name], their_row, our_row))
    differences += order(query, their_rows, [key(row) for row in theirs], [key(row) for row in ours])
    return differences, num_cells


SORTED_BY = {
    "tess": ["distance", "sort_order", "sector", "pipeline", "exptime"],
    "kepler": ["distance", "sort_order", "quarter", "pipeline", "exptime"],
    "k2": ["distance", "sort_order", "campaign", "pipeline", "exptime"],
}


def order(query, their_rows, their_order, our_order):
    """The rows of both tables must come in the same order as far as Python's sort decides it."""
    names = SORTED_BY.get(query.mission, [])
    both = set(their_order) & set(our_order)
    ranks = {place: [their_rows[place][name] for name in names] for place in both}
    one, other = ([ranks[place] for place in places if place in both] for places in map(dict.fromkeys, [their_order, our_order]))
    return [] if one == other else [Difference("order", "-", None, one, other)]


# --- what is listed -------------------------------------------------------------------------------------------------


def iso(mjd):
    return str(Time(mjd, format="mjd").iso)


def own_kepler(row):
    return row.get("pipeline") == "Kepler" and "Data Validation" not in row["description"]


def quarter_of(row):
    found = re.search(r"Q-?(\d+)$", row["description"])
    return int(found[1]) if found else None


def quarter_cell(d):
    return d.theirs is None and own_kepler(d.our_row) and d.ours == quarter_of(d.our_row)


def sequence_text(d):
    return isinstance(d.theirs, str) and (d.ours is None and not own_kepler(d.our_row) if d.theirs == "<NA>" else d.theirs == str(d.ours))


def stamp_end(row):
    """When a Kepler file ends by the stamp in its name, which is in the local time of California."""
    stamp = re.match(r"kplr\d+-(\d{13})", row["productFilename"])[1]
    local = datetime.strptime(stamp, "%Y%j%H%M%S").replace(tzinfo=ZoneInfo("America/Los_Angeles"))
    return local.astimezone(timezone.utc).replace(tzinfo=None)


def kepler_times(query, d):
    """Ours ends at the stamp, or at the last cadence of quarter or mission before it, and begins less than a quarter before."""
    if not own_kepler(d.their_row) or None in [d.our_row["start_time"], d.our_row["end_time"]]:
        return False
    start, end = (datetime.fromisoformat(d.our_row[name]) for name in ["start_time", "end_time"])
    # The longest month of short cadence is the second of quarter 16, which an anomaly of the spacecraft lengthened to 48 days.
    num_days = 49 if "Short" in d.our_row["description"] else 100
    first, last = (datetime.fromisoformat(iso(d.their_row[name])) for name in ["t_min", "t_max"])
    before_stamp, before_last = stamp_end(d.our_row) - end, last - end
    ends = timedelta(0) <= before_stamp <= timedelta(hours=1) or timedelta(0) <= before_last <= timedelta(minutes=30) < before_stamp
    return ends and first - timedelta(minutes=30) <= start < end < start + timedelta(days=num_days)


def cutout_name(query, d):
    number = re.fullmatch(r"(?i)(tic|tess)[ -]*0*(\d+)", str(query.target))
    if isinstance(query.target, tuple):
        return [float(part) for part in d.ours.split()] == list(query.target)
    return d.ours == (number[2] if number else query.target)


def cutout_cell(query, d):
    """What Python leaves out of a cutout's row, we must have right."""
    if d.their_row.get("pipeline") != CUTOUT or d.ours is None:
        return False
    place = [float(part) for part in d.their_row["target_name"].split(",")]
    if d.column == "target_name":
        return cutout_name(query, d)
    if d.theirs is not None:
        return False
    return {
        "obs_id": lambda: bool(re.fullmatch(rf"tess-s{d.our_row['sequence_number']:04d}-[1-4]-[1-4]", d.ours)),
        "dataproduct_type": lambda: d.ours == "cube",
        "s_ra": lambda: abs(d.ours - place[0]) < 5e-7,
        "s_dec": lambda: abs(d.ours - place[1]) < 5e-7,
        "start_time": lambda: d.ours == iso(d.their_row["t_min"]),
        "end_time": lambda: d.ours == iso(d.their_row["t_max"]),
    }.get(d.column, lambda: False)()


def campaign_cell(query, d):
    found = re.fullmatch(r"(\d+)([ab]?)", d.theirs) if isinstance(d.theirs, str) else None
    return bool(found) and d.ours == int(found[1]) and (d.our_row["campaign_half"] or "") == found[2]


def campaign_of_file(query, d):
    """Where MAST gives no number, ours is that in the file's name."""
    return d.theirs in [None, "<NA>"] and f"-c{d.ours:02d}_" in d.our_row["productFilename"]


def asked(query, name):
    """The values that a search asks for, or a filter after it."""
    values = query.make.get(name, query.keep.get(name))
    return values if isinstance(values, list) else [values]


def campaign_asked(query, d):
    """A row that a campaign was asked of, which only the file's name gives."""
    number = d.our_row["campaign"]
    return number in asked(query, "campaign") and f"-c{number:02d}_" in d.our_row["productFilename"]


def by_number(rank):
    """A rank of SORTED_BY with K2's campaign as a number, and what is missing last."""
    campaign = re.fullmatch(r"(\d+)([ab]?)", rank[2]) if rank and isinstance(rank[2], str) else None
    rank = [*rank[:2], int(campaign[1]), campaign[2], *rank[3:]] if campaign else rank
    return [(value is None or value == "<NA>", 0 if value in [None, "<NA>"] else value) for value in rank]


def campaign_order(query, d):
    """Ours is in order by the campaign's number, where Python's is by its text. Rows without one in Python's cannot be judged."""
    if query.mission != "k2":
        return False
    theirs, ours = ([rank for rank in ranks if rank[2] != "<NA>"] for ranks in [d.theirs, d.ours])
    return ours == sorted(theirs, key=by_number)


def first_rows(query, theirs, ours):
    """Python's first rows; among equals at the cut, those that ours has. A row that Python lacks takes a place in ours."""
    names = SORTED_BY.get(query.mission, [])
    also_theirs = {key(row) for row in theirs}
    num_first = query.first - sum(key(row) not in also_theirs for row in ours)

    def rank(row):
        return by_number([row[name] for name in names])

    in_order = sorted(theirs, key=rank)
    ranks = [rank(row) for row in in_order[:num_first]]
    also_ours = {key(row) for row in ours}
    chosen = [row for row in in_order if key(row) in also_ours]
    return chosen if [rank(row) for row in chosen] == ranks else in_order[:num_first]


CATALOGUES = {"tic": r"(\d+)", "kic": r"kplr0*(\d+)", "epic": r"ktwo0*(\d+)"}


def other_number(query, d):
    """A row that is filed under another number of the catalogue whose number was asked for."""
    number = re.fullmatch(r"(?i)(tic|kic|epic) 0*(\d+)", str(query.target))
    found = number and re.fullmatch(CATALOGUES[number[1].lower()], d.their_row["target_name"])
    return query.mission == "mast" and bool(found) and found[1] != number[2]


@dataclass
class Rule:
    """A listed difference: its number, what is wrong in Python, which differences it is about, and the test that ours passes."""

    number: str
    why: str
    what: str
    column: str
    test: object


def rules(*lines):
    return [Rule(number, why, what, column, test) for number, why, what, columns, test in lines for column in columns.split()]


CUTOUT_COLUMNS = "target_name obs_id dataproduct_type s_ra s_dec start_time end_time"
RULES = rules(
    ("B12", "query_table leaves its counter in the table as a column", "column", "index", lambda q, d: q.expression),
    ("B13", "a product whose obs_id differs from its observation's is dropped", "added", "-", lambda q, d: d.our_row["obs_id_obs"] not in [None, d.our_row["obs_id"]]),
    ("B13", "a product listed by two observations is there twice", "twice", "-", lambda q, d: d.ours == 1 and d.their_row["dataURI"] == d.our_row["dataURI"]),
    ("B33", "an unknown quarter is 99", "cell", "quarter", lambda q, d: d.theirs == 99 and d.ours is None and not own_kepler(d.our_row)),
    ("B33", "Kepler's sequence_number is text", "cell", "sequence_number", lambda q, d: q.mission == "kepler" and sequence_text(d)),
    ("B34", "a Kepler file has the times of the whole mission", "cell", "start_time end_time", kepler_times),
    ("B35", "a campaign is text", "cell", "campaign", campaign_cell),
    ("B35", "campaigns are sorted as text", "order", "-", campaign_order),
    ("N6", "a campaign that MAST does not give is not read from the file's name", "cell", "campaign sequence_number", lambda q, d: q.mission == "k2" and campaign_of_file(q, d)),
    ("N6", "a campaign that only the file's name gives is not found", "added", "-", lambda q, d: q.mission == "k2" and campaign_asked(q, d)),
    ("B37", "a cutout's row lacks name, place, times and type", "cell", CUTOUT_COLUMNS, cutout_cell),
    ("B37", "cutouts bring a column of their own, which repeats target_name", "column", "targetid", lambda q, d: q.mission == "tess"),
    ("B53", "MASTSearch throws the quarters away that it reads", "cell", "sequence_number", lambda q, d: q.mission == "mast" and quarter_cell(d)),
    ("N7", "MASTSearch asks none but the missions' own archives, also for a pipeline of others", "added", "-", lambda q, d: q.mission == "mast" and d.our_row["pipeline"] in asked(q, "pipeline") and not d.our_row["mission_product"]),
    ("N9", "a month lets long cadence pass, which is not divided into months", "missing", "-", lambda q, d: asked(q, "month") != [None] and "Short" not in d.their_row["description"]),
    ("N10", "MASTSearch asks for the place of a number, and only such an answer repeats objID", "cell", "objID1", lambda q, d: q.mission == "mast" and d.ours is None and d.our_row["match"] == "id" and d.theirs == str(d.our_row["objID"])),
    ("N10", "MASTSearch gives every star at the place of the one whose number is asked for", "missing", "-", other_number),
    ("N1", "the sort's own column stays in the table", "column", "sort_order", lambda q, d: True),
)


def listed(query, difference):
    """The rule that lists a difference, or `None`."""
    about = (difference.what, difference.column or "-")
    return next((rule for rule in RULES if (rule.what, rule.column) == about and passes(rule, query, difference)), None)


def passes(rule, query, difference):
    try:
        return rule.test(query, difference)
    except (TypeError, ValueError, AttributeError):
        # A value of ours that the test cannot even read is not the right one.
        return False
