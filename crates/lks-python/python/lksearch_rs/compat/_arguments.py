"""Arguments of lksearch, with the types that it takes, as arguments of `lksearch_rs`."""

import numbers
from typing import Any

import numpy as np

from . import log

_TARGET = "Target must be a target name string, (ra, dec) tuple, or astropy coordinate object"
EXPTIME_WORDS = {"any": None, "ffi": "long"}
"""Words that lksearch takes, or lets pass, beside those of this package."""
_PIXEL = 21.0
FILETYPES = ("lightcurve", "target pixel", "dvreport")


def target(given: Any) -> str | tuple[float, float]:
    """A name, or right ascension and declination in degrees, ICRS. A SkyCoord in another frame is transformed."""
    if isinstance(given, str):
        return given
    if hasattr(given, "icrs"):
        if not given.isscalar:
            raise ValueError("must pass one target only.")
        place = given.icrs
        return float(place.ra.deg), float(place.dec.deg)
    if isinstance(given, (tuple, list, np.ndarray)) and len(given) == 2:
        return _in_unit(given[0], "deg"), _in_unit(given[1], "deg")
    if isinstance(given, numbers.Number):
        raise TypeError(f"{_TARGET}; write 'TIC {given}', 'KIC {given}' or 'EPIC {given}', whichever it is")
    raise TypeError(_TARGET)


def arcseconds(radius: Any) -> float | str | None:
    """A radius as a number in arcseconds, or a text with its unit."""
    return radius if radius is None or isinstance(radius, str) else _in_unit(radius, "arcsec")


def cutout_size(given: Any) -> Any:
    """Pixels, one number or (rows, columns); an angle, as astroquery takes it, is divided by the 21 arcseconds of a pixel."""
    if not hasattr(given, "to_value"):
        return given
    is_angle = given.unit.physical_type == "angle"
    return np.maximum(np.rint(given.to_value("arcsec") / _PIXEL if is_angle else given.to_value("pixel")), 1).astype(int)


def texts(given: Any) -> list[str] | None:
    """One text or several; numbers are written out."""
    return None if given is None else [str(each) for each in several(given)]


def counts(given: Any) -> list[int | str] | None:
    """Sectors, quarters, campaigns or months: one or several numbers, or texts such as '9a'."""
    if given is None:
        return None
    return [each.strip().lstrip("0") or "0" if isinstance(each, str) else int(each) for each in several(given)]


def span(given: Any) -> Any:
    """A number, a list of numbers, or a tuple that is a range, whichever way round."""
    if isinstance(given, tuple) and len(given) == 2:
        first, last = (_number(each) for each in given)
        return min(first, last), max(first, last)
    if given is None or isinstance(given, str) or np.ndim(given) == 0:
        return _number(given)
    return [_number(each) for each in given]


def exptime(given: Any) -> Any:
    """Seconds, a range of them, several, or a word. lksearch's default (0, 9999) means any."""
    if isinstance(given, str):
        word = given.strip().lower()
        return EXPTIME_WORDS.get(word, word)
    found = span(given)
    return None if found == (0.0, 9999.0) else found


def year(given: Any) -> Any:
    """One year, several, or a range."""
    found = span(int(given) if isinstance(given, str) else given)
    if isinstance(found, tuple):
        return int(found[0]), int(found[1])
    return [int(each) for each in several(found)] if found is not None else None


def description(given: Any) -> str | list[str] | tuple[str, ...] | None:
    """A text, a list (one of them) or a tuple (all of them)."""
    if given is None or isinstance(given, str):
        return given
    if isinstance(given, tuple):
        return tuple(str(each) for each in given)
    if np.ndim(given) == 1:
        return [str(each) for each in given]
    log.warning("description is a text, a list or a tuple, and cannot be %r: it is left out", given)
    return None


def kinds(given: Any) -> list[str] | None:
    """lksearch's words for kinds of files; where it knows none of them, it filters by none, and says so."""
    if given is None:
        return None
    words = [word.lower() for word in texts(given) or []]
    known = [word for word in words if word in FILETYPES]
    if len(known) < len(words):
        log.warning("of %r, only %s are file types; the others are left out", words, ", ".join(FILETYPES))
    return known or None


def filters(
    names: Any, pipelines: Any, missions: Any, seconds: Any, distance: Any, years: Any, words: Any, filetype: Any, limit: int | None
) -> dict[str, Any]:
    """The arguments that filter_table has in every class."""
    return {
        "target_name": texts(names),
        "pipeline": texts(pipelines),
        "missions": texts(missions),
        "exptime": exptime(seconds),
        "distance": span(distance),
        "year": year(years),
        "description": description(words),
        "kind": kinds(filetype),
        "limit": None if limit is None else int(limit),
    }


def several(given: Any) -> list[Any]:
    """One value, or each of several."""
    return [given] if isinstance(given, str) or np.ndim(given) == 0 else list(given)


def _number(given: Any) -> Any:
    # numpy's numbers and quantities are numbers, too.
    return given if given is None or isinstance(given, str) else float(getattr(given, "value", given))


def _in_unit(given: Any, unit: str) -> float:
    return float(given.to_value(unit) if hasattr(given, "to_value") else given)
