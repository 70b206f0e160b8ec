#!/usr/bin/env python3
"""Opens every FITS file with lightkurve and looks at what comes out: class, author, rows, the first time.

    opened.py FOLDER…      files may be plain, gzip or in zips

What each kind must become is in KINDS, by the name of the file; kinds that this lightkurve has no reader for are in REFUSED, and must be refused, so
that a reader that appears is noticed. The first time must be one of the file's own, in days of BJD. Exit code 1 if anything differs, or if a
file whose CREATOR was altered opens all the same.
"""

import collections
import os
import pathlib
import re
import sys
import tempfile
import warnings
import zipfile

import scratch  # noqa: F401

import numpy as np
from astropy.io import fits

warnings.simplefilter("ignore")
import lightkurve  # noqa: E402

counts = collections.Counter()
differences = []

TESS, KEPLER = 2457000, 2454833
# Part of the name -> class, author, name of the time's column, zero of the time.
KINDS = [
    # TESScut of 2018 gives the zero in TUNIT1 alone, and lightkurve takes the numbers for Julian dates.
    ("_107.27_-70.0_", "TessTargetPixelFile", None, "TIME", 0),
    ("_astrocut.fits", "TessTargetPixelFile", None, "TIME", TESS),
    ("-targ.fits", "KeplerTargetPixelFile", None, "TIME", KEPLER),
    ("_tp.fits", "TessTargetPixelFile", None, "TIME", TESS),
    ("_fast-tp.fits", "TessTargetPixelFile", None, "TIME", TESS),
    ("hlsp_tess-spoc_", "TessLightCurve", "TESS-SPOC", "TIME", TESS),
    ("hlsp_qlp_", "TessLightCurve", "QLP", "TIME", TESS),
    ("hlsp_tasoc_", "TessLightCurve", "TASOC", "TIME", TESS),
    ("hlsp_tglc_", "TessLightCurve", "TGLC", "time", TESS),
    ("hlsp_gsfc-eleanor-lite_", "TessLightCurve", "GSFC-ELEANOR-LITE", "TIME", TESS),
    ("_eleanor_lite", "TessLightCurve", "ELEANOR", "TIME", TESS),
    ("hlsp_cdips_", "TessLightCurve", "CDIPS", "TMID_BJD", TESS),
    ("hlsp_everest_", "KeplerLightCurve", "EVEREST", "TIME", KEPLER),
    ("hlsp_k2sff_", "KeplerLightCurve", "K2SFF", "T", KEPLER),
    # No reader of its own: the one for any light curve takes it.
    ("hlsp_kbonus-bkg_", "LightCurve", None, "TIME", KEPLER),
    ("-sparcs-", "LightCurve", None, "TIME", None),
    ("kplr", "KeplerLightCurve", "Kepler", "TIME", KEPLER),
    ("ktwo", "KeplerLightCurve", "Kepler", "TIME", KEPLER),
    ("lc-tess-pimen", "TessLightCurve", "SPOC", "TIME", TESS),
    ("_lc.fits", "TessLightCurve", "SPOC", "TIME", TESS),
    ("_fast-lc.fits", "TessLightCurve", "SPOC", "TIME", TESS),
]
REFUSED = {
    "corrupted": "damaged",
    "hlsp_k2varcat_": "lightkurve knows the name and has no reader",
    "_dvt.fits": "lightkurve has no reader for time series of data validation",
    "_cbv.fits": "basis vectors have a reader of their own, not `read`",
    "_ffic.fits": "a full frame is no light curve",
    "-first-cadence": "its first extension is an image, which lightkurve does not expect",
}


def files(folder):
    """Paths of every FITS file below a folder; those in zips are unpacked."""
    for path in sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file() and ".lks" not in path.parts):
        with path.open("rb") as file:
            head = file.read(6)
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from (archive.extract(name, tempfile.mkdtemp()) for name in archive.namelist())
        elif head == b"SIMPLE" or path.name.endswith(".fits.gz"):
            yield str(path)


def check(path):
    name = os.path.basename(path)
    for part, reason in REFUSED.items():
        if part in name:
            try:
                opened = lightkurve.read(path)
            except Exception:  # noqa: BLE001
                counts[f"refused as expected ({reason})"] += 1
                return None
            return f"{name}: opens as {type(opened).__name__}, although {reason}"
    kind, author, column, zero = next((rest for part, *rest in KINDS if part in name), (None,) * 4)
    if kind is None:
        return f"{name}: nobody said what it is"
    try:
        opened = lightkurve.read(path)
    except Exception as error:  # noqa: BLE001
        while error.__cause__:
            error = error.__cause__
        return f"{name}: refused: {type(error).__name__}: {str(error)[:200]}"
    counts[f"opened as {kind}{f' of {author}' if author else ''}"] += 1
    with fits.open(path) as hdus:
        times = np.asarray(hdus[1].data[column], dtype=float)
        synthetic = hdus[0].header.get("SYNTHETC", False)
    if type(opened).__name__ != kind:
        return f"{name}: is a {type(opened).__name__}, not a {kind}"
    if author and opened.meta.get("AUTHOR") != author:
        return f"{name}: by {opened.meta.get('AUTHOR')}, not {author}"
    if not 0 < len(opened.time) <= len(times):
        return f"{name}: {len(opened.time)} rows of {len(times)}"
    began = opened.time[0].jd
    if zero is not None and not np.nanmin(np.abs(times + zero - began)) < 1e-6:
        return f"{name}: begins {began}, in the file {np.nanmin(times)} after {zero}"
    if synthetic:
        counts["that say they are synthetic"] += 1
    counts["opened"] += 1
    return None


def main():
    last = None
    for folder in sys.argv[1:]:
        for path in files(folder):
            counts["files"] += 1
            wrong = check(path)
            if wrong:
                differences.append(wrong)
            if re.search(r"-s_lc\.fits$", path):
                last = path
    # Negative control: the very file with another CREATOR is refused.
    noticed = True
    if last:
        altered = os.path.join(tempfile.mkdtemp(), os.path.basename(last))
        content = pathlib.Path(last).read_bytes()
        pathlib.Path(altered).write_bytes(re.sub(rb"\w*LightCurveExporterPipelineModule", lambda found: b"x" * len(found[0]), content))
        noticed = bool(check(altered))
    for difference in differences:
        print(difference)
    print(f"lightkurve {lightkurve.__version__}:", ", ".join(f"{number} {what}" for what, number in sorted(counts.items())), f"· {len(differences)} differences")
    if not noticed:
        print("the altered file opened")
    sys.exit(bool(differences) or not noticed)


if __name__ == "__main__":
    main()
