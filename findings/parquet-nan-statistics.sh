#!/bin/sh
# A light curve with gaps (NaN) in Parquet: duckdb and pyarrow lose the NaN, because the minimum and maximum of a row group do not cover it.
#
# The format tells readers to ignore minimum and maximum when they look for NaN. Seen with a file by pyarrow of two row groups, fluxes 1, 1, NaN, 1 and 0.9, NaN, 1.1, 1.2:
#   duckdb 2.0.1   isnan(FLUX) is false beside a FLUX that is printed as nan; WHERE isnan(FLUX) finds no row; avg(FLUX) WHERE NOT isnan(FLUX) is nan.
#                  The same table in memory, and read_parquet with can_have_nan = true, which is off by default, give the right answers.
#   pyarrow 26.0.1 the filter is_nan() finds one NaN of two, and FLUX != 1 loses the same row, whose other fluxes are all 1. In memory both are right.
#   pandas 3.1.1   read_parquet(filters=[("FLUX", "!=", 1.0)]) loses that row too.
#   polars 2.1.0   is right.
# No error or warning anywhere. duckdb has chosen speed (duckdb#17883); arrow#28074, about these statistics, is closed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile pyarrow==26.0.1 duckdb==2.0.1 polars==2.1.0 pandas==3.1.1 numpy==2.5.5
"$folder/python/bin/python" - "$folder/light.parquet" <<'PYTHON'
import math
import sys

import duckdb
import pandas
import polars
import pyarrow
from pyarrow import dataset, parquet
from pyarrow.compute import field

path = sys.argv[1]
nan = math.nan
table = pyarrow.table({"CADENCENO": range(8), "FLUX": [1.0, 1.0, nan, 1.0, 0.9, nan, 1.1, 1.2]})
duckdb.register("table_in_memory", table)
parquet.write_table(table, path, row_group_size=4)


def by_duckdb(place):
    flags = [flag for (flag,) in duckdb.sql(f"SELECT isnan(FLUX) FROM {place} ORDER BY CADENCENO").fetchall()]
    rows = [row for (row,) in duckdb.sql(f"SELECT CADENCENO FROM {place} WHERE isnan(FLUX)").fetchall()]
    ((mean,),) = duckdb.sql(f"SELECT avg(FLUX) FROM {place} WHERE NOT isnan(FLUX)").fetchall()
    return [row for row, flag in enumerate(flags) if flag], rows, str(round(mean, 3))


def by_pyarrow(place, condition):
    return place.filter(condition).to_table()["CADENCENO"].to_pylist()


in_memory, on_disk = dataset.dataset(table), dataset.dataset(path)
seen = {
    "duckdb, in memory": by_duckdb("table_in_memory"),
    "duckdb, file": by_duckdb(f"'{path}'"),
    "duckdb, can_have_nan": by_duckdb(f"read_parquet('{path}', can_have_nan = true)"),
    "pyarrow is_nan, in memory": by_pyarrow(in_memory, field("FLUX").is_nan()),
    "pyarrow is_nan, file": by_pyarrow(on_disk, field("FLUX").is_nan()),
    "pyarrow != 1, in memory": by_pyarrow(in_memory, field("FLUX") != 1),
    "pyarrow != 1, file": by_pyarrow(on_disk, field("FLUX") != 1),
    "pandas != 1, file": pandas.read_parquet(path, filters=[("FLUX", "!=", 1.0)])["CADENCENO"].tolist(),
    "polars is_nan, file": polars.scan_parquet(path).filter(polars.col("FLUX").is_nan()).collect()["CADENCENO"].to_list(),
    "polars != 1, file": polars.scan_parquet(path).filter(polars.col("FLUX") != 1).collect()["CADENCENO"].to_list(),
}
for case, rows in seen.items():
    print(f"{case}: {rows}")
right = ([2, 5], [2, 5], "1.033")
assert seen["duckdb, in memory"] == seen["duckdb, can_have_nan"] == right
assert seen["pyarrow is_nan, in memory"] == seen["polars is_nan, file"] == [2, 5]
assert seen["pyarrow != 1, in memory"] == seen["polars != 1, file"] == [2, 4, 5, 6, 7]
as_seen = seen["duckdb, file"] == ([], [], "nan") and seen["pyarrow is_nan, file"] == [5] and seen["pyarrow != 1, file"] == seen["pandas != 1, file"] == [4, 5, 6, 7]
sys.exit(not as_seen)
PYTHON
