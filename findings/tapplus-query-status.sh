#!/bin/sh
# TapPlus gives back rows of an answer that says that it is cut off, or that the query failed after these rows, without an error or a warning.
#
# Seen with astroquery 0.4.11: TAP services end an answer by INFO QUERY_STATUS, after the table if that is when they know (DALI 1.1, section 4.4.1): OVERFLOW if
# there are more rows, ERROR if the query broke off. From a local server whose answers have two rows and then OVERFLOW, or ERROR,
# TapPlus(url=…).launch_job(…).get_results() is a table of two rows; pyvo 1.9.1 warns (DALOverflowWarning) and raises (DALQueryError). astroquery.gaia,
# and for ids the module catalogsearch of the Python package lksearch 1.2.1, ask through TapPlus.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile astroquery==0.4.11 pyvo==1.9.1 astropy==7.2.0 numpy==2.3.5
HOME="$folder" "$folder/python/bin/python" - <<'PYTHON'
import sys
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyvo
from astroquery.utils.tap.core import TapPlus

TABLE = '<TABLE><FIELD ID="id" name="id" datatype="int"/><DATA><TABLEDATA><TR><TD>1</TD></TR><TR><TD>2</TD></TR></TABLEDATA></DATA></TABLE>'
ENDING = {"status": "OVERFLOW"}


class Service(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status = f'<INFO name="QUERY_STATUS" value="{ENDING["status"]}">disk full</INFO>'
        body = f'<?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results"><INFO name="QUERY_STATUS" value="OK"/>{TABLE}{status}</RESOURCE></VOTABLE>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-votable+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/tap"


def told(ask):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            return len(ask()), [warning.category.__name__ for warning in caught]
        except Exception as error:
            return type(error).__name__, []


seen = {}
for ENDING["status"] in ["OVERFLOW", "ERROR"]:
    seen["TapPlus", ENDING["status"]] = told(lambda: TapPlus(url=url + "/").launch_job("SELECT TOP 9 id FROM t").get_results())
    seen["pyvo", ENDING["status"]] = told(lambda: pyvo.dal.TAPService(url).run_sync("SELECT id FROM t"))
for key, value in seen.items():
    print(*key, value)
as_seen = (
    seen["TapPlus", "OVERFLOW"] == (2, [])
    and seen["TapPlus", "ERROR"] == (2, [])
    and "DALOverflowWarning" in seen["pyvo", "OVERFLOW"][1]
    and seen["pyvo", "ERROR"][0] == "DALQueryError"
)
sys.exit(0 if as_seen else 1)
PYTHON
