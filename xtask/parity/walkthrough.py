#!/usr/bin/env python3
"""The Python clients against the sandbox: unmodified astroquery.mast, lksearch and boto3, only pointed at another address.

    python walkthrough.py http://127.0.0.1:8765

Prints one line per check, `ok` or `FAILED`, and exits with 1 if any failed. Needs lksearch 1.2.1 with its dependencies;
the sandbox is started with `cargo run -p lks-sandbox --example serve -- --port 8765`.
"""

import contextlib
import hashlib
import io
import json
import os
import sys
import tempfile
import traceback
import urllib.request

if len(sys.argv) != 2 or not sys.argv[1].startswith("http://"):
    sys.exit(__doc__)
SANDBOX = sys.argv[1].rstrip("/")

from redirected import point_at  # noqa: E402

HOME = point_at(SANDBOX)

import requests  # noqa: E402

from astroquery.mast import Catalogs, Mast, MastClass, Observations, Tesscut  # noqa: E402,F401
import astroquery.mast.utils as mast_utils  # noqa: E402
import astropy.units as u  # noqa: E402
from astropy.coordinates import SkyCoord  # noqa: E402
from astropy.io import fits  # noqa: E402
import boto3  # noqa: E402
import botocore  # noqa: E402
import lksearch  # noqa: E402
from lksearch import K2Search, KeplerSearch, MASTSearch, TESSSearch  # noqa: E402

LIGHT_CURVE = "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits"
KEY = "tess/public/tid/s0014/0000/0001/5832/4245/" + LIGHT_CURVE
TOI_1161 = {"all": 236, "timeseries": 86, "cubedata": 46, "dvreports": 104, "HLSPs": 108, "mission_products": 128}

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def equal(name, got, expected):
    assert got == expected, f"{name}: got {got!r}, expected {expected!r}"


def download(search, **options):
    return search.download(download_dir=tempfile.mkdtemp(dir=HOME), **options)


def sandbox(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(SANDBOX + path, data=data, method=method, headers=headers)) as answer:
        return json.load(answer)


@check
def k2_18_high_level_light_curves_are_downloaded():
    search = K2Search("K2-18")
    equal("rows", len(search.table), 6)
    equal("HLSPs", len(search.HLSPs.table), 4)
    light_curves = search.HLSPs.timeseries
    manifest = download(light_curves)
    equal("status", list(manifest["Status"]), ["COMPLETE"] * 3)
    for path in manifest["Local Path"]:
        with fits.open(path) as file:
            file.verify("exception")
            assert len(file) > 1, path


@check
def k2_18_mission_files_are_downloaded():
    manifest = download(K2Search("K2-18").mission_products)
    equal("status", list(manifest["Status"]), ["COMPLETE"] * 2)
    assert any(path.endswith("_lpd-targ.fits.gz") for path in manifest["Local Path"])


@check
def toi_1161_has_its_counts():
    search = TESSSearch("TOI 1161")
    counts = {name: len((search if name == "all" else getattr(search, name)).table) for name in TOI_1161}
    equal("counts", counts, TOI_1161)
    equal("shortest", len(search.filter_table(exptime="shortest").table), 8)
    equal("exptime (100, 500)", len(search.filter_table(exptime=(100, 500)).table), 128)
    equal("limit", len(search.filter_table(limit=2).table), 2)


@check
def toi_1161_sector_14_light_curves_at_120_s():
    found = TESSSearch("TOI 1161", sector=14).timeseries.filter_table(exptime=120)
    equal("pipelines", sorted(found.table["pipeline"]), ["SPOC", "TASOC"])
    equal("descriptions", sorted(found.table["description"]), ["FITS", "Light curves"])
    assert LIGHT_CURVE in list(found.table["productFilename"])


@check
def toi_1161_all_missions():
    table = MASTSearch("TOI 1161").table
    equal("rows", len(table), 244)
    equal("missions", dict(table["project_obs"].value_counts()), {"TESS": 128, "Kepler": 116})


@check
def toi_1161_sector_14_products_and_their_place_in_the_cloud():
    found = TESSSearch("TOI 1161", sector=14)
    equal("rows", len(found.table), 12)
    Observations.enable_cloud_dataset(verbose=False)
    uris = Observations.get_cloud_uris(list(found.table["dataURI"].dropna()), verbose=False)
    equal("on the cloud", len([uri for uri in uris if uri]), 6)


@check
def kepler_137_has_its_rows():
    search = KeplerSearch("Kepler 137")
    equal("rows", len(search.table), 82)
    equal("timeseries", len(search.timeseries.table), 40)
    equal("quarters 7 and 17", len(search.filter_table(quarter=[7, 17]).table), 10)


@check
def toi_270_cutouts():
    table = TESSSearch("TOI 270", hlsp=False).tesscut.table
    equal("sectors", list(table["sequence_number"]), [3, 4, 5, 30, 31, 32])
    equal("exposures", list(table["exptime"]), [1800] * 3 + [600] * 3)


@check
def pi_mensae_au_mic_kepler_10_and_a_split_campaign_are_found():
    for name in ["pi Men", "AU Mic"]:
        assert len(TESSSearch(name, hlsp=False).timeseries.table) > 0, name
    equal("AU Mic at 20 s", len(TESSSearch("AU Mic", sector=27, exptime=20, pipeline="SPOC").timeseries.table), 1)
    assert len(KeplerSearch("Kepler-10").timeseries.table) > 0
    equal("campaigns", set(K2Search("EPIC 228162462").table["campaign"]), {"09a", "09b"})


@check
def a_cloud_product_can_be_a_link():
    lksearch.conf.DOWNLOAD_CLOUD = False
    try:
        found = TESSSearch("TOI 1161", sector=14).timeseries.mission_products.filter_table(exptime=120)
        manifest = download(found)
    finally:
        lksearch.conf.DOWNLOAD_CLOUD = True
    equal("path", list(manifest["Local Path"]), [f"s3://stpubdata/{KEY}"])
    equal("message", list(manifest["Message"]), ["Link to S3 bucket for remote read"])


@check
def a_cloud_product_comes_by_boto3_and_by_redirect():
    found = TESSSearch("TOI 1161", sector=14).timeseries.mission_products.filter_table(exptime=120)
    sandbox("DELETE", "/_sandbox/log")
    digests = []
    for cloud in [True, False]:
        Observations.disable_cloud_dataset()
        manifest = download(found, cloud=cloud)
        equal("status", list(manifest["Status"]), ["COMPLETE"])
        with open(manifest["Local Path"].iloc[0], "rb") as file:
            digests.append(hashlib.sha256(file.read()).hexdigest())
    equal("bytes", digests[0], digests[1])
    requests_made = sandbox("GET", "/_sandbox/log")["requests"]
    redirects = [entry for entry in requests_made if entry["status"] == 302]
    assert redirects and all(entry["path"] == "/api/v0.1/Download/file" for entry in redirects), requests_made
    with fits.open(manifest["Local Path"].iloc[0]) as file:
        offsets = [(hdu["hdrLoc"], hdu["datLoc"], hdu["datSpan"]) for hdu in (unit.fileinfo() for unit in file)]
    equal("offsets", offsets, [(0, 5760, 0), (5760, 20160, 1935360), (1955520, 1961280, 2880)])


@check
def a_cutout_is_downloaded():
    found = TESSSearch("TOI 270", sector=3, hlsp=False).tesscut
    manifest = download(found, TESScut_size=(3, 5))
    equal("status", list(manifest["Status"]), ["COMPLETE"])
    path = manifest["Local Path"].iloc[0]
    assert path.endswith("_5x3_astrocut.fits") and "/mastDownload/TESSCut/tess-s0003-" in path, path
    with fits.open(path) as file:
        equal("units", [unit.name for unit in file], ["PRIMARY", "PIXELS", "APERTURE"])
        equal("shape", file[1].data["FLUX"].shape[1:], (3, 5))


@check
def astroquery_asks_positions_counts_and_missions():
    position = MastClass().resolve_object("TOI 1161")
    by_region = Observations.query_region(position, radius=0.001 * u.deg)
    equal("count", Observations.query_region_count(position, radius=0.001 * u.deg), len(by_region))
    criteria = dict(project="TESS", provenance_name="SPOC", t_exptime=[100, 200], sequence_number=14)
    rows = Observations.query_criteria(coordinates=position, radius=0.001 * u.deg, **criteria)
    equal("criteria count", Observations.query_criteria_count(coordinates=position, radius=0.001 * u.deg, **criteria), len(rows))
    wildcard = Observations.query_criteria(project="TESS", target_name="15832424*", sequence_number=14, provenance_name="SPOC")
    equal("wildcard", set(wildcard["target_name"]), {"158324245"})
    paged = Observations.query_criteria(project="TESS", provenance_name="SPOC", pagesize=7)
    equal("paged", len(paged), Observations.query_criteria_count(project="TESS", provenance_name="SPOC"))
    assert {"TESS", "Kepler", "K2", "HLSP"} <= set(Observations.list_missions())
    equal("columns", "dataURI" in Observations.get_metadata("products")["Column Name"], True)


@check
def astroquery_resolves_many_names_and_paths():
    names = mast_utils.resolve_object(["TOI 1161", "TOI 270", "K2-18"])
    equal("names", sorted(names), ["K2-18", "TOI 1161", "TOI 270"])
    try:
        mast_utils.resolve_object("no such star")
        raise AssertionError("an unknown name was resolved")
    except Exception as error:
        assert "Could not resolve" in str(error), error
    equal("path", mast_utils.mast_relative_path("mast:TESS/product/" + LIGHT_CURVE), KEY)


@check
def astroquery_waits_while_the_service_is_executing_and_reports_its_errors():
    match = {"contains": "Mast.Caom.Filtered"}
    sandbox("POST", "/_sandbox/script", {"match": match, "faults": [{"executing": True, "times": 2}]})
    assert len(Observations.query_criteria(project="TESS", sequence_number=14)) > 0
    sandbox("POST", "/_sandbox/script", {"match": match, "faults": [{"mashup_error": "Cannot open database"}]})
    try:
        Observations.query_criteria(project="TESS", sequence_number=14)
        raise AssertionError("the error was not reported")
    except Exception as error:
        assert "Cannot open database" in str(error), error


@check
def tesscut_answers_as_astroquery_reads_it():
    position = MastClass().resolve_object("TOI 270")
    equal("sectors", list(Tesscut.get_sectors(coordinates=position)["sector"]), [3, 4, 5, 30, 31, 32])
    empty = Tesscut.get_sectors(coordinates=SkyCoord(0.0, 0.0, unit="deg"))
    equal("nowhere", len(empty), 0)
    units = Tesscut.get_cutouts(coordinates=position, size=3, sector=4)
    equal("cutouts", [len(file) for file in units], [3])
    try:
        Tesscut.download_cutouts(coordinates=position, size=5000, sector=4, path=HOME)
        raise AssertionError("a cutout of 5000 pixels was made")
    except requests.HTTPError as error:
        equal("status", error.response.status_code, 400)


@check
def boto3_reads_lists_and_is_refused():
    client = boto3.client("s3", config=botocore.client.Config(signature_version=botocore.UNSIGNED))
    head = client.head_object(Bucket="stpubdata", Key=KEY)
    part = client.get_object(Bucket="stpubdata", Key=KEY, Range="bytes=0-79", IfMatch=head["ETag"])
    equal("card", part["Body"].read()[:9], b"SIMPLE  =")
    whole = client.get_object(Bucket="stpubdata", Key=KEY)["Body"].read()
    equal("ETag", head["ETag"].strip('"'), hashlib.md5(whole).hexdigest())
    equal("length", head["ContentLength"], len(whole))
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket="stpubdata", Prefix=KEY.rsplit("/", 1)[0] + "/", PaginationConfig={"PageSize": 1}
    )
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    assert KEY in keys and keys == sorted(set(keys)), keys
    equal("first version", [entry.key for entry in boto3.resource("s3", config=client.meta.config).Bucket("stpubdata").objects.filter(Prefix=KEY.rsplit("/", 1)[0]).page_size(1)], keys)
    folders = client.list_objects_v2(Bucket="stpubdata", Prefix="tess/public/", Delimiter="/")["CommonPrefixes"]
    assert {"Prefix": "tess/public/tid/"} in folders, folders
    refusals = [
        ({"Key": "none"}, "NoSuchKey"),
        ({"Key": KEY, "IfMatch": '"other"'}, "PreconditionFailed"),
        ({"Key": KEY, "Range": "bytes=99999999-"}, "InvalidRange"),
    ]
    for options, code in refusals:
        try:
            client.get_object(Bucket="stpubdata", **options)
            raise AssertionError(f"{options} was answered")
        except botocore.exceptions.ClientError as error:
            equal("code", error.response["Error"]["Code"], code)


@check
def session_info_is_anonymous():
    equal("anonymous", Mast.session_info(verbose=False)["anon"], True)


@check
def a_broken_archive_is_noticed():
    """The negative control: with rows that lie, a check above must fail."""
    for fault in [{"status": 500}, {"paging": "repeated"}]:
        sandbox("POST", "/_sandbox/script", {"match": {"contains": "Mast.Caom."}, "faults": [{**fault, "times": 1000}]})
        try:
            astroquery_asks_positions_counts_and_missions()
        except Exception:
            continue
        finally:
            sandbox("DELETE", "/_sandbox/script")
        raise AssertionError(f"{fault} went unnoticed")


def main():
    failed = 0
    for function in CHECKS:
        name = function.__name__.replace("_", " ")
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                function()
            print(f"ok      {name}", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)
            if os.environ.get("WALKTHROUGH_TRACE"):
                traceback.print_exc()
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
