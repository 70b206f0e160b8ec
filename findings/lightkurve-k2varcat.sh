#!/bin/sh
# lightkurve tells K2VARCAT by the word hlsp_k2varcat anywhere in the path, and has no reader for it.
#
# Seen with lightkurve 2.6.0 (astropy 8.0.2): a light curve of the Kepler pipeline opens as KeplerLightCurve; the same bytes in a folder whose name
# holds hlsp_k2varcat, as the folders of mastDownload do, are refused: "Data product f… of type K2VARCAT is not supported in this version of
# Lightkurve", the f being that of an f-string that was written twice. search_lightcurve() lists K2VARCAT products all the same.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile lightkurve==2.6.0 astropy==8.0.2
HOME=$folder "$folder/python/bin/python" - "$folder" <<'PYTHON'
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")
import lightkurve
import numpy as np
from astropy.io import fits

folder = pathlib.Path(sys.argv[1])
n = 5
numbers = lambda kind: np.arange(n).astype(kind)
columns = [
    fits.Column("TIME", "D", unit="BJD - 2454833", array=2230 + numbers("f8")),
    *(fits.Column(name, "E", unit="e-/s", array=100 + numbers("f4")) for name in ("SAP_FLUX", "SAP_FLUX_ERR", "PDCSAP_FLUX", "PDCSAP_FLUX_ERR")),
    fits.Column("SAP_QUALITY", "J", array=0 * numbers("i4")),
]
primary = fits.PrimaryHDU()
primary.header.update(ORIGIN="NASA/Ames", CREATOR="1 FluxExporter2PipelineModule", TELESCOP="Kepler", OBJECT="EPIC 211121743", KEPLERID=211121743)
name = "ktwo211121743-c04_llc.fits"
seen = []
for place in ("K2", "hlsp_k2varcat"):
    path = folder / place / name
    path.parent.mkdir()
    fits.HDUList([primary, fits.BinTableHDU.from_columns(columns, name="LIGHTCURVE")]).writeto(path)
    try:
        seen.append(type(lightkurve.read(str(path))).__name__)
    except lightkurve.LightkurveError as error:
        seen.append(str(error).replace(str(folder), ""))
print(*seen, sep="\n")
sys.exit(seen != ["KeplerLightCurve", f"Data product f/hlsp_k2varcat/{name} of type K2VARCAT is not supported in this version of Lightkurve."])
PYTHON
