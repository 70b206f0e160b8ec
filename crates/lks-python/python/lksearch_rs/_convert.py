"""Tables and columns as those of other packages, each imported when it is asked for."""

import html

# What pandas has as objects.
_OBJECTS = ("text", "list", "null")
_SHOWN_AT_EACH_END = 5
_WIDEST_CELL = 48


def of_pandas(frame):
    """The columns of a DataFrame, and of its index those that have names."""
    names = [name for name in frame.index.names if name is not None and name not in frame.columns]
    return (frame.reset_index(names) if names else frame).to_dict("list")


def of_mapping(columns):
    """Columns, or those of one row."""
    is_row = any(isinstance(value, (str, bytes)) or not hasattr(value, "__iter__") for value in columns.values())
    return {name: [value] for name, value in columns.items()} if is_row else columns


def of_rows(rows):
    """The columns of rows, such as those that somebody chose while going through a table."""
    if not all(hasattr(row, "keys") for row in rows):
        raise TypeError("a list is a table if each of its members is a row: a mapping from the names of columns to values")
    names = dict.fromkeys(name for row in rows for name in row.keys())
    return {name: [row.get(name) for row in rows] for name in names}


def to_pandas(table):
    import pandas

    # One object for all, so that pandas need not compare the labels of columns.
    index = pandas.RangeIndex(len(table))
    data = {}
    for name in table.columns:
        column = table[name]
        if len(column.shape) > 1:
            raise ValueError(f"the column {name} has cells of {column.shape[1:]} values, which a DataFrame cannot hold; read() chooses columns")
        data[name] = pandas.Series(_pandas_column(pandas, column), index=index, dtype=object if column.dtype in _OBJECTS else None)
    frame = pandas.DataFrame(data, index=index)
    frame.attrs["units"] = table.units
    return frame


def _pandas_column(pandas, column):
    kind = column.dtype
    if kind in _OBJECTS:
        return column.to_list()
    if not column.num_nulls or kind in ("<f8", "<f4", "timestamp"):
        return to_numpy(column)
    if kind == "boolean":
        return pandas.array(column.to_list(), dtype=kind)
    raw = to_masked(column)
    return pandas.arrays.IntegerArray(raw.data.copy(), raw.mask.copy())


def to_astropy(table):
    from astropy.table import Table

    return Table({name: _astropy_column(table[name]) for name in table.columns}, copy=False)


def _astropy_column(column):
    """A column that may be written to."""
    import numpy
    from astropy.table import Column, MaskedColumn

    kind = column.dtype
    if kind == "null":
        return MaskedColumn(numpy.zeros(len(column), dtype=str), mask=True)
    if kind == "text":
        length, characters = column._characters()
        values = numpy.frombuffer(characters, dtype=f"<U{length}")
        return MaskedColumn(values, mask=_gaps(column), copy=False) if column.num_nulls else Column(values, copy=False)
    if column.num_nulls and kind not in ("<f8", "<f4", "list"):
        return MaskedColumn(to_masked(column), unit=column.unit)
    return Column(to_numpy(column), unit=column.unit)


def to_arrow(table):
    import pyarrow

    return pyarrow.table(table)


def to_polars(table):
    import polars

    return polars.DataFrame(table)


def to_numpy(column):
    """Numbers without a copy; what has no sign for a gap as floats (whole numbers) or objects (truth values, texts)."""
    import numpy

    kind = column.dtype
    if kind == "boolean":
        if column.num_nulls:
            return numpy.array(column.to_list(), dtype=object).reshape(column.shape)
        return _truth(numpy, column._booleans()).reshape(column.shape)
    if kind in ("text", "null"):
        return _objects(numpy, column)
    if kind == "list":
        cells = numpy.empty(len(column), dtype=object)
        for row, cell in enumerate(column.to_list()):
            cells[row] = None if cell is None else numpy.asarray(cell)
        return cells
    if hasattr(column, "__array_interface__"):
        return numpy.asarray(column)
    raw = numpy.asarray(column._raw())
    gaps = _gaps(column)
    if kind == "timestamp":
        moments = raw.copy()
        moments[gaps] = numpy.datetime64("NaT", "us")
        return moments
    floats = raw.astype(float)
    floats[gaps] = numpy.nan
    return floats


def _objects(numpy, column):
    values = numpy.empty(column.shape, dtype=object)
    values[...] = column.to_list()
    return values


def _gaps(column):
    import numpy

    return _truth(numpy, column._gaps()).reshape(column.shape)


def _truth(numpy, data):
    return numpy.frombuffer(data, dtype=bool) if data else numpy.zeros(0, dtype=bool)


def to_masked(column):
    import numpy

    if column.dtype in ("text", "list", "null", "boolean"):
        return numpy.ma.masked_array(_objects(numpy, column), mask=_gaps(column))
    return numpy.ma.masked_array(numpy.asarray(column._raw()), mask=_gaps(column))


def to_quantity(column):
    from astropy import units

    return units.Quantity(to_numpy(column), column.unit, copy=False)


def mask_to_numpy(mask):
    import numpy

    return numpy.array(mask.to_list(), dtype=bool)


def to_hdulist(file):
    from astropy.io import fits

    if file.path is not None:
        return fits.open(file.path)
    import io

    return fits.open(io.BytesIO(file.read_bytes()))


def to_lightkurve(file, **keywords):
    import lightkurve

    if file.path is not None:
        return lightkurve.read(file.path, **keywords)
    import os
    import tempfile

    name = os.path.basename(file.location) or "file.fits"
    # lightkurve reads files, and reads all of it before it comes back.
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, name)
        with open(path, "wb") as out:
            out.write(file.read_bytes())
        return lightkurve.read(path, **keywords)


def raise_for_failures(manifest):
    if manifest.num_failed:
        from ._errors import DownloadError

        row = next(row for row in manifest if row["Status"] == "ERROR")
        raise DownloadError(
            f"{manifest.num_failed} of {len(manifest)} files could not be had; the first is {row['productFilename']}: {row['Message']}",
            "download the same rows again: what is complete stays",
            manifest,
        )
    return manifest


def _shown(table):
    """The names of the columns, and head and foot of the rows, as texts."""
    names = getattr(table, "display_columns", None) or table.columns
    num_rows = len(table)
    is_long = num_rows > 2 * _SHOWN_AT_EACH_END
    parts = [range(_SHOWN_AT_EACH_END), range(num_rows - _SHOWN_AT_EACH_END, num_rows)] if is_long else [range(num_rows)]
    rows = [[_cells(table[row], names) for row in part] for part in parts]
    return names, rows, num_rows - sum(len(part) for part in parts)


def _cells(row, names):
    texts = ("" if row[name] is None else str(row[name]) for name in names)
    return [text if len(text) <= _WIDEST_CELL else text[: _WIDEST_CELL - 1] + "…" for text in texts]


def to_text(table):
    import shutil

    names, parts, left_out = _shown(table)
    rows = [row for part in parts for row in part]
    widths = [max(len(text) for text in [name, *(row[place] for row in rows)]) for place, name in enumerate(names)]
    room = shutil.get_terminal_size((120, 24)).columns
    shown = 0
    while shown < len(names) and sum(widths[: shown + 1]) + 2 * shown <= room:
        shown += 1
    shown = max(shown, min(1, len(names)))

    def line(texts):
        return "  ".join(text.ljust(width) for text, width in zip(texts[:shown], widths)).rstrip()

    kind = type(table).__name__
    lines = [f"{kind} of {len(table)} rows and {len(table.columns)} columns", line(names)]
    for number, part in enumerate(parts):
        if number == 1:
            lines.append(f"… {left_out} more")
        lines.extend(line(row) for row in part)
    if shown < len(names):
        lines.append(f"… and the columns {', '.join(names[shown:])}")
    return "\n".join(lines)


def to_html(table):
    names, parts, left_out = _shown(table)
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    body = ""
    for number, part in enumerate(parts):
        if number == 1:
            body += f'<tr><td colspan="{len(names)}">… {left_out} more</td></tr>'
        for row in part:
            body += "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>"
    caption = f"{type(table).__name__} of {len(table)} rows and {len(table.columns)} columns"
    reason = getattr(table, "empty_reason", None)
    if reason:
        caption += f": {reason}"
    return f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def file_to_html(file):
    rows = "".join(
        f"<tr><td>{hdu.index}</td><td>{html.escape(hdu.name)}</td><td>{html.escape(hdu.kind)}</td><td>{' × '.join(map(str, hdu.shape))}</td></tr>"
        for hdu in file
    )
    return f"<table><caption>{html.escape(file.location)}</caption><thead><tr><th>No.</th><th>Name</th><th>Kind</th><th>Shape</th></tr></thead><tbody>{rows}</tbody></table>"
