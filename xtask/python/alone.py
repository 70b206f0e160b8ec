"""What the package can do where no other one is installed."""

import sys
import tempfile

import lksearch_rs

assert "lksearch_rs.compat" not in sys.modules, "the import brings what was not asked for"
for other in ("numpy", "pandas", "astropy"):
    assert other not in sys.modules, other

with lksearch_rs.sandbox() as archive, tempfile.TemporaryDirectory() as cache:
    client = archive.client(cache_dir=cache)
    found = client.search("TOI 1161", mission="tess", sector=14, kind="timeseries", limit=3)
    assert len(found) == 3, found
    manifest = found.download()
    assert manifest.counts == {"COMPLETE": 3}, manifest
    flux = client.open(manifest.paths[0])[1]["TIME"].to_list()
    assert len(flux) > 1000
print("python: searches, downloads and reads without any other package")
