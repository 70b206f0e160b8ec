"""The questions that both programs are asked: one description, from which the Python call and our command line are made."""

import random
import re
from dataclasses import dataclass, field, replace

# Targets by what they are good for. Positions are (RA, Dec) in degrees, as the Python package takes them.
TESS = ["TOI 1161", "TIC 158324245", "TOI 270", "pi Men", "AU Mic", "Kepler-10", (84.291, -80.469), (286.971254, 46.868263)]
KEPLER = ["TOI 1161", "KIC 9941662", "Kepler-10", "KIC 11904151", "Kepler-137", "Kepler-8", "KIC 10963065", "KIC 4914423"]
K2 = ["K2-18", "EPIC 201912552", "EPIC 228162462", "TRAPPIST-1", "K2-199", "EPIC 228725972", "EPIC 233538173"]
MAST = ["TOI 1161", "Kepler-10", "K2-18", "TOI 270", "K2-199"]
KINDS = [None, "timeseries", "cubedata", "dvreports"]
# The words shortest and longest are relative to a table, so only the filter of a result is asked with them.
EXPTIMES = [120, 20, 1800, (100, 500), (0, 60), "fast", "short", "long"]
RELATIVE = ["shortest", "longest"]


@dataclass
class Query:
    """A search: what the constructor gets, then the views and filters that are put on its result, one after the other."""

    mission: str
    target: object
    make: dict = field(default_factory=dict)
    views: tuple = ()
    keep: dict = field(default_factory=dict)
    expression: str = None
    source: str = "grid"
    # Of Python's rows, only the first so many are meant; no option of the package.
    first: int = None

    def __str__(self):
        options = ", ".join([repr(self.target)] + [f"{name}={value!r}" for name, value in self.make.items()])
        views = "".join(f".{view}" for view in self.views)
        keep = ", ".join(f"{name}={value!r}" for name, value in self.keep.items())
        text = f"{self.mission}({options}){views}" + (f".filter_table({keep})" if keep else "")
        return text + (f".query_table({self.expression!r})" if self.expression else "")

    def arguments(self):
        """The same as words of our command line."""
        target = self.target if isinstance(self.target, str) else f"{self.target[0]} {self.target[1]:+}"
        words = ["search", self.mission, target]
        for view in self.views:
            words += {"HLSPs": ["--hlsps"], "mission_products": ["--mission-products"]}.get(view, ["--kind", view])
        for name, value in [*self.make.items(), *self.keep.items()]:
            words += option(name, value)
        if self.expression:
            words += ["--query", self.expression]
        return words


def option(name, value):
    if value is None:
        return []
    if name == "hlsp":
        return [] if value else ["--no-hlsp"]
    if name == "search_radius":
        return ["--radius", f"{value}arcsec"]
    if name == "sequence":
        return ["--sector", *map(str, listed(value))]
    if name == "limit":
        return ["--limit", str(value)]
    flag = "--" + name.replace("_", "-")
    if isinstance(value, tuple):
        return [flag, f"{value[0]}:{value[1]}"]
    if name in ["exptime", "year", "distance"]:
        return [flag, ",".join(map(str, listed(value)))]
    return [flag, *map(str, listed(value))]


def listed(value):
    return value if isinstance(value, list) else [value]


def documented():
    """The examples of the package's documentation and the searches that its own tests count."""
    tess, kepler, k2, mast = "tess", "kepler", "k2", "mast"
    return [
        Query(mast, "TOI 1161", source="tutorial"),
        Query(tess, "TOI 1161", source="tutorial"),
        *[Query(tess, "TOI 1161", views=(view,), source="tutorial") for view in ["timeseries", "cubedata", "dvreports", "HLSPs", "mission_products", "tesscut"]],
        Query(tess, "TOI 1161", keep={"exptime": "shortest"}, source="tutorial"),
        Query(tess, "TOI 1161", keep={"exptime": (100, 500)}, source="tutorial"),
        Query(tess, "TOI 1161", keep={"limit": 2}, source="tutorial"),
        Query(tess, "TOI 1161", views=("timeseries",), keep={"exptime": 120, "sector": 14}, source="tutorial"),
        Query(tess, "TOI 1161", views=("timeseries",), expression="sector == 14 & exptime == 120", source="tutorial"),
        Query(tess, "TOI 270", {"hlsp": False}, ("tesscut",), source="tutorial"),
        Query(kepler, "Kepler 137", source="tutorial"),
        Query(kepler, "Kepler 137", views=("timeseries",), source="tutorial"),
        Query(kepler, "Kepler 137", keep={"quarter": [7, 17]}, source="tutorial"),
        Query(k2, "K2-18", source="tutorial"),
        Query(k2, "K2-18", views=("HLSPs",), source="tutorial"),
        Query(k2, "K2-18", views=("HLSPs", "timeseries"), source="tutorial"),
        Query(kepler, "KIC 11904151", {"exptime": "long"}, ("cubedata",), source="test-suite"),
        Query(kepler, "KIC 4914423", {"quarter": 6}, source="test-suite"),
        Query(kepler, "KIC 4914423", {"quarter": 6, "month": 1}, source="test-suite"),
        Query(k2, "EPIC 205998445", {"search_radius": 900}, source="test-suite"),
        Query(tess, "AU Mic", {"sector": 27, "exptime": 20, "pipeline": "SPOC"}, ("timeseries",), source="test-suite"),
        Query(tess, "AU Mic", {"sector": 27, "exptime": "short", "pipeline": "SPOC"}, ("timeseries",), source="test-suite"),
        Query(tess, "TrES-2b", {"pipeline": "QLP", "sector": 26}, source="test-suite"),
        Query(tess, "TrES-2 b", {"pipeline": ["QLP", "TESS-SPOC"], "sector": 26}, ("timeseries",), source="test-suite"),
        Query(tess, "Kepler-16 b", {"hlsp": False, "sector": 14}, source="test-suite"),
        Query(tess, "Kepler-16 b", {"hlsp": False, "sector": 14}, ("cubedata",), source="test-suite"),
        Query(kepler, "KIC 3733346", {"pipeline": "Kepler"}, source="lightkurve"),
        Query(kepler, "Kepler-8", {"pipeline": "Kepler", "exptime": "long"}, ("timeseries",), source="lightkurve"),
        Query(kepler, "KIC 10963065", {"exptime": "long"}, ("timeseries",), source="lightkurve"),
        Query(k2, "TRAPPIST-1", {"search_radius": 180, "campaign": 12, "exptime": 1800}, source="lightkurve"),
        Query(tess, "pi Men", views=("tesscut",), source="lightkurve"),
        Query(tess, "V1357 Cyg", source="lightkurve"),
    ]


def traps():
    """Searches that walk into what is listed as wrong, one for each trap that a search can meet."""
    return [
        *[Query("tess", text) for text in ["tic158324245", "TIC  158324245", "TIC-158324245", "tess 158324245", "TIC 0158324245"]],
        *[Query("kepler", text) for text in ["kplr011904151", "KIC-11904151", "kic11904151", "KIC 011904151"]],
        *[Query("k2", text) for text in ["ktwo228162462", "epic-228162462", "EPIC228162462"]],
        Query("mast", "TOI 1161", {"sequence": 14}),
        Query("mast", "TOI 1161", {"pipeline": "TESS"}),
        Query("tess", "TOI 1161", {"exptime": [20, 120, 1800]}),
        Query("tess", "TOI 1161", {"exptime": [1800, 120]}),
        Query("tess", "TOI 1161", {"pipeline": "TESS"}),
        Query("tess", "TOI 1161", {"pipeline": "qlp"}),
        Query("tess", "TOI 1161", {"hlsp": False, "pipeline": "QLP"}),
        Query("tess", "TOI 1161", {"hlsp": False}),
        Query("kepler", "Kepler-137", {"hlsp": False}),
        Query("k2", "K2-18", {"hlsp": False}),
        Query("tess", "TOI 1161", keep={"distance": 5}),
        Query("tess", "TOI 1161", keep={"distance": 5.0}),
        Query("tess", "TOI 1161", {"search_radius": 60}, keep={"distance": 0.5}),
        Query("tess", "TOI 1161", {"search_radius": 60}, keep={"distance": (0.5, 60.0)}),
        Query("tess", "TOI 1161", keep={"description": "("}),
        Query("tess", "TOI 1161", keep={"description": ["light curves", "fits"]}),
        Query("kepler", "Kepler-137", keep={"description": "Q1"}),
        Query("tess", "TOI 1161", keep={"pipeline": "nobody", "limit": 3}),
        Query("tess", "no such star"),
        Query("kepler", "pi Men"),
        Query("k2", "EPIC 228162462", keep={"campaign": 9}),
        Query("k2", "EPIC 228162462", {"campaign": 9}),
        Query("mast", "TOI 1161", {"pipeline": ["SPOC", "QLP"]}),
        Query("kepler", "Kepler-137", views=("HLSPs", "dvreports"), keep={"exptime": "longest"}),
        Query("k2", "K2-199", {"campaign": 17}),
        Query("k2", "K2-199", {"campaign": 6}),
        Query("k2", "K2-199", keep={"campaign": [6, 12]}),
        Query("kepler", "Kepler-137", {"month": 2}),
        Query("kepler", "KIC 4914423", {"quarter": [5, 6], "month": [1, 3]}),
        Query("tess", "TOI 1161", keep={"year": 2019}),
        Query("tess", "TOI 1161", keep={"year": [2019, 2022]}),
        Query("tess", "TOI 1161", keep={"year": (2019, 2021)}),
        Query("kepler", "Kepler-10", keep={"year": 2012}),
        Query("tess", "TOI 1161", keep={"target_name": ["158324245"]}),
        Query("mast", "TOI 1161", views=("timeseries",), expression="exptime >= 100 and exptime <= 500"),
        Query("kepler", "Kepler-10", expression="quarter in [3, 4] and not exptime > 60"),
        Query("tess", "pi Men", {"sector": 1}),
        Query("tess", "pi Men", {"sector": 28}),
        Query("tess", "pi Men", {"sector": 28, "exptime": 20}),
        Query("tess", "pi Men", {"sector": 28}, keep={"exptime": "short"}),
        Query("mast", "TIC 158324245"),
        Query("mast", "KIC 11904151", views=("timeseries",)),
        Query("mast", "EPIC 201912552"),
        Query("tess", "AU Mic", {"sector": [1, 27]}),
        Query("tess", "AU Mic", {"pipeline": "TESScut"}),
        Query("tess", "AU Mic", {"exptime": 20}),
        Query("tess", "AU Mic", {"exptime": None}),
        Query("tess", "286.971254 46.868263"),
        Query("k2", "TRAPPIST-1", {"search_radius": 180}, keep={"distance": 50}),
        Query("k2", "K2-199", {"exptime": 1800}),
        Query("k2", "K2-199", keep={"limit": 1}),
        Query("tess", "TIC 158324245", views=("HLSPs", "dvreports"), keep={"limit": 5}),
        Query("mast", "K2-18", views=("dvreports",), keep={"limit": 3}),
        Query("kepler", "Kepler-10", views=("HLSPs", "cubedata"), keep={"quarter": 10}),
        Query("kepler", "KIC 4914423", {"quarter": [5, 6]}, keep={"month": 1}),
    ]


def meant(query, raised):
    """The number of the fault that a search walks into, and a search that Python answers as the first one was meant."""
    make, keep = query.make, query.keep
    exptime, pipeline, limit = make.get("exptime"), make.get("pipeline"), keep.get("limit")
    target = str(query.target)
    number = re.fullmatch(r"(?i)(tic|tess|kic|kplr|epic|ktwo)[ -]*0*(\d+)", target)
    if number and not re.fullmatch(r"(?i)[a-z]+ ?[1-9]\d*", target) and query.mission != "mast":
        return "B23", replace(query, target=f"{number[1]} {number[2]}")
    if "sequence" in make:
        return "B24", replace(query, make=without(make, "sequence"), keep={**keep, "sequence": make["sequence"]})
    if pipeline == "TESS":
        return "B25", replace(query, make={**make, "pipeline": "SPOC"})
    if isinstance(exptime, list):
        return "B26", replace(query, make=without(make, "exptime"), keep={**keep, "exptime": exptime})
    if make.get("hlsp") is False and pipeline is not None:
        return "B38", replace(query, make=without(make, "pipeline"), keep={**keep, "pipeline": pipeline})
    if isinstance(keep.get("distance"), int):
        return "B39", replace(query, keep={**keep, "distance": float(keep["distance"])})
    if isinstance(keep.get("description"), str) and "(" in keep["description"]:
        return "B39", replace(query, keep={**keep, "description": re.escape(keep["description"])})
    if "quarter" in make and "month" in keep:
        return "B11", replace(query, make=without(make, "quarter"), keep={**keep, "quarter": make["quarter"]})
    if raised and keep.get("exptime") in RELATIVE:
        return "N8", replace(query, keep=without(keep, "exptime"))
    if limit is not None:
        number = "B40" if raised else "B35" if query.mission == "k2" else "M10"
        return number, replace(query, keep=without(keep, "limit"), first=limit)
    if query.mission == "tess" and exptime is not None:
        return "N2", replace(query, make=without(make, "exptime"), keep={**keep, "exptime": exptime})
    if query.mission == "tess" and pipeline == "TESScut":
        return "N3", replace(query, make=without(make, "pipeline"), views=("tesscut", *query.views))
    if query.mission == "kepler" and "quarter" in keep:
        return "N4", replace(query, keep=without(keep, "quarter"))
    return None


def without(options, name):
    return {key: value for key, value in options.items() if key != name}


def grid(n, seed):
    """Combinations drawn from the grid; the same for the same seed."""
    draw = random.Random(seed)
    wanted = {}
    while len(wanted) < n:
        mission = draw.choice(["tess", "tess", "kepler", "kepler", "k2", "k2", "mast"])
        target = draw.choice({"tess": TESS, "kepler": KEPLER, "k2": K2, "mast": MAST}[mission])
        make, keep = {}, {}
        place = draw.choice([make, keep])
        choice = draw.randrange(8)
        if choice == 0:
            place["exptime"] = draw.choice(EXPTIMES + RELATIVE if place is keep else EXPTIMES)
        elif choice == 1 and mission != "mast":
            name, numbers = {"tess": ("sector", [1, 3, 14, 15, 26, 27, 31, 40, 54]), "kepler": ("quarter", list(range(18))), "k2": ("campaign", [1, 6, 9, 10, 11, 12, 17])}[mission]
            place[name] = draw.choice([draw.choice(numbers), draw.sample(numbers, 2)])
        elif choice == 2 and mission != "mast":
            make["hlsp"] = False
        elif choice == 3:
            # Which pipelines MASTSearch asks for is what decides whether there are HLSPs to keep.
            (make if mission == "mast" else place)["pipeline"] = draw.choice({"tess": ["SPOC", "QLP", ["SPOC", "TESS-SPOC"], "TASOC", "TESScut"], "kepler": ["Kepler", "KBONUS-BKG"], "k2": ["K2", "EVEREST", ["K2SFF", "K2"]], "mast": ["SPOC", "Kepler", "K2", ["SPOC", "QLP"]]}[mission])
        elif choice == 4:
            keep["year"] = draw.choice({"tess": [2018, 2019, (2020, 2022)], "kepler": [2009, 2010, (2011, 2012)], "k2": [2014, 2016], "mast": [2019, 2010]}[mission])
        elif choice == 5:
            make["search_radius"] = draw.choice([5, 20, 60])
        elif choice == 6 and mission != "mast":
            # MASTSearch does not sort, so what a limit leaves of it is by chance.
            keep["limit"] = draw.choice([1, 5, 40])
        views = tuple(view for view in [draw.choice(KINDS)] if view)
        if draw.random() < 0.2 and mission != "mast":
            # Without HLSPs there are none to view.
            views = (draw.choice(["HLSPs", "mission_products"] if make.get("hlsp", True) else ["mission_products"]), *views)
        query = Query(mission, target, make, views, keep)
        wanted.setdefault(str(query), query)
    return list(wanted.values())


def everything(seed=1161, n=70):
    """All questions, each once."""
    queries = {}
    for query in [*documented(), *traps(), *grid(n, seed)]:
        queries.setdefault(str(query), query)
    return list(queries.values())


# What `meant` goes round: the faults that change a whole answer.
FAULTS = {
    "B11": "filter_table(month=…) after KeplerSearch(quarter=…) takes positions for labels",
    "B23": "an id in another spelling, or with zeros before it, is taken for a name",
    "B24": "MASTSearch(sequence=…) drops the filter",
    "B25": "pipeline='TESS' finds nothing",
    "B26": "MAST is asked for a list of exposure times as for a range",
    "B35": "limit takes the first campaigns as text is sorted",
    "B38": "hlsp=False overrides pipeline",
    "B39": "a whole number is no distance; a description is a regular expression",
    "B40": "limit raises where nothing is found",
    "M10": "MAST's rows are in no order of their own (MAST.md, finding 10), so a limit parts equals by chance",
    "N2": "TESSSearch(exptime=…) adds cutouts of every exposure time",
    "N3": "TESSSearch(pipeline='TESScut') asks MAST for that pipeline and raises",
    "N4": "filter_table(quarter=…) raises where nothing is found",
    "N8": "filter_table(exptime='longest') raises where nothing is found",
}
