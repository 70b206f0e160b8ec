#!/bin/sh
# A Parquet file of pyarrow with one column of text, of which one cell is null.
#
# Seen with astropy 8.0.2: Table.read raises `TypeError: object of type 'NoneType' has no len()`. With the length of the longest
# text in the metadata (`table::len::name`), as astropy's own files have it, the file is read, and the null is the text "None",
# not a masked cell. pandas and polars read a null from both files.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet astropy==8.0.2 pyarrow==26.0.1 pandas==3.1.1 polars==2.1.0 numpy==2.5.5
"$folder/python/bin/python" - "$folder" <<'PYTHON'
import sys
import warnings

import pandas
import polars
import pyarrow
from astropy.table import Table
from pyarrow import parquet

warnings.simplefilter("ignore")
plain, told = f"{sys.argv[1]}/plain.parquet", f"{sys.argv[1]}/told.parquet"
table = pyarrow.table({"name": ["Kepler-10", None]})
parquet.write_table(table, plain)
parquet.write_table(table.replace_schema_metadata({"table::len::name": "9"}), told)
for path in [plain, told]:
    assert pandas.read_parquet(path)["name"].isna().tolist() == [False, True]
    assert polars.read_parquet(path)["name"].to_list() == ["Kepler-10", None]
try:
    Table.read(plain)
except TypeError as error:
    print("without a length:", error)
    assert "NoneType" in str(error)
else:
    sys.exit("astropy reads a text that is null without being told its length")
names = Table.read(told)["name"]
print("with a length:", list(names))
assert names[1] == "None", names
PYTHON
