#!/bin/sh
# Lists of unknown numbers in newline-delimited JSON: the pixels of a frame without data, as `[[null,null],[null,null]]`.
#
# Seen with pyarrow 26.0.1: read_json() of two rows, the first [[null,null],[null,null]] and the second [[1,2],[3,4]], gives
# [[None, None], [1, 2]] and [[3, 4], [None, None]]: numbers of the second row are in the first, and no error or warning. With the rows the other way
# round, or one null in a list of numbers, all is right. polars 2.1.0 and duckdb 2.0.1 read the same text rightly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.1
"$folder/python/bin/python" - "$folder/frames.ndjson" <<'PYTHON'
import pathlib
import sys

import duckdb
import polars
import pyarrow.json

path = sys.argv[1]
pathlib.Path(path).write_text('{"frame":[[null,null],[null,null]]}\n{"frame":[[1,2],[3,4]]}\n')
right = [[[None, None], [None, None]], [[1, 2], [3, 4]]]
by_pyarrow = pyarrow.json.read_json(path).to_pydict()["frame"]
by_polars = polars.read_ndjson(path)["frame"].to_list()
by_duckdb = [row[0] for row in duckdb.sql(f"SELECT frame FROM read_json('{path}')").fetchall()]
print("pyarrow:", by_pyarrow, "\npolars:", by_polars, "\nduckdb:", by_duckdb)
sys.exit((by_pyarrow, by_polars, by_duckdb) != ([[[None, None], [1, 2]], [[3, 4], [None, None]]], right, right))
PYTHON
