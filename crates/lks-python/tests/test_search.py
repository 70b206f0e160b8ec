import gc

import lksearch_rs
import pytest


def test_a_search_gives_rows_with_all_columns(found):
    assert len(found) == 3
    assert found.mission == "tess"
    assert found["pipeline"].to_list() == ["SPOC", "TESS-SPOC", "QLP"]
    assert "dataURI" in found
    assert repr(found).startswith("TESSSearch result with 3 data products")
    assert "<table>" in found._repr_html_()


def test_filters_are_said_as_python_says_them(client):
    def rows(**filters):
        return len(client.search("TOI 1161", mission="tess", **filters))

    assert rows(sector=14) == rows(sector="14") == rows(sector=[14]) == rows(sector=range(14, 15))
    assert rows(sector=(14, 20)) == rows(sector="14..20") == rows(sector=range(14, 21))
    assert rows(exptime=120) == rows(exptime="120") == rows(exptime=[120.0])
    assert rows(exptime=(0, 9999)) == rows()
    assert rows(pipeline="SPOC") + rows(pipeline="!SPOC") == rows()
    assert rows(query="sector == 14") == rows(sector=14)
    assert rows(limit=2) == 2
    assert 0 < rows(hlsp=False) < rows()


def test_a_target_is_a_name_an_id_or_a_position(client):
    by_name = client.search("TOI 1161", sector=14)
    by_id = client.search("TIC 158324245", sector=14)
    by_place = client.search(by_name.position, sector=14, radius="5arcsec")
    assert len(by_id) == len(by_name)
    assert set(by_id["dataURI"]) <= set(by_place["dataURI"])


def test_many_targets_are_searched_at_once(client):
    found = client.search(["TOI 1161", "no such star", "TIC 158324245"], sector=14, kind="timeseries")
    assert set(found["input_row"]) == {0, 2}
    assert [one["input"] for one in found.unanswered] == ["no such star"]
    assert found.unanswered[0]["input_row"] == 1 and found.unanswered[0]["reason"]


def test_a_sector_is_listed_without_a_target(client):
    counts = client.count(sector=14)
    listed = client.search(sector=14, pipeline="SPOC", kind="timeseries")
    assert sum(counts.values()) > 0
    assert set(listed["sector"]) == {14}


def test_what_is_not_found_says_why(client):
    nothing = client.search("TOI 1161", sector=999)
    assert len(nothing) == 0 and "sector alone leaves 0 (there are 14, " in nothing.empty_reason
    assert nothing.empty_reason in repr(nothing)


def test_filters_narrow_what_was_found(client):
    found = client.search("TOI 1161")
    assert len(found.filter(sector=14, kind="timeseries", pipeline="SPOC")) == 1
    assert len(found.filter("sector == 14")) == len(found.filter(sector=14))
    assert found.filter(exptime="shortest")["exptime"].to_list()[0] == min(t for t in found["exptime"] if t is not None)
    assert type(found.filter("sector == 14")) is lksearch_rs.SearchResult


def test_names_and_stars_of_catalogues_are_tables(client):
    resolved = client.resolve(["TOI 1161", "Kepler-10"])
    assert resolved.units == {"ra": "deg", "dec": "deg"}
    assert {row["name"] for row in resolved} == {"TOI 1161", "Kepler-10"}
    around = client.catalog_cone("TOI 1161", 100, catalog="tic")
    assert around["separation_arcsec"][0] < 1
    stars = client.catalog_id(["TIC 158324245"])
    assert stars[0]["input"] == "TIC 158324245"
    assert len(client.catalog_names("Kepler-10")) > 1


@pytest.mark.parametrize(
    "ask, error, words",
    [
        (lambda client: client.search("158324245"), lksearch_rs.InvalidQueryError, "TIC 158324245"),
        (lambda client: client.search("TOI 1161", sector="x"), ValueError, "sector: "),
        (lambda client: client.search("TOI 1161", nonsense=1), TypeError, "'nonsense'"),
        (lambda client: client.search("TOI 1161", mission="sofia"), lksearch_rs.InvalidQueryError, "tess, kepler"),
        (lambda client: client.search("TOI 1161", query="nothing == 1"), lksearch_rs.InvalidQueryError, "nothing"),
        (lambda client: lksearch_rs.Client(fetch__jobs=0), lksearch_rs.ConfigError, "fetch.jobs"),
        (lambda client: lksearch_rs.Client({"colour": "red"}), lksearch_rs.ConfigError, "colour"),
        (lambda client: client.open("/nowhere/lc.fits"), lksearch_rs.NotFoundError, "/nowhere/lc.fits"),
    ],
)
def test_errors_say_what_is_wrong(client, ask, error, words):
    with pytest.raises(error, match=words) as raised:
        ask(client)
    if isinstance(raised.value, lksearch_rs.LksearchError):
        assert raised.value.kind


def test_an_archive_that_is_not_there_is_an_error_with_a_hint(tmp_path):
    client = lksearch_rs.Client({"endpoints.mast": "http://127.0.0.1:9", "endpoints.resolver": "http://127.0.0.1:9"}, cache_dir=tmp_path, network__retries=0)
    with pytest.raises(lksearch_rs.UnavailableError) as raised:
        client.search("TOI 1161")
    assert raised.value.kind == "Unavailable"
    assert "lksearch sandbox" in raised.value.hint
    offline = client.with_settings(offline=True)
    with pytest.raises(lksearch_rs.OfflineError) as raised:
        offline.search("TOI 1161")
    assert "offline=False" in raised.value.hint


def test_settings_know_where_they_are_from(archive, tmp_path):
    client = archive.client({"fetch.jobs": 3}, cache_dir=tmp_path, prefer_cloud=False)
    assert client.settings["fetch.jobs"] == "3"
    assert client.settings["prefer_cloud"] == "false"
    assert client.cache_dir == str(tmp_path)
    assert client.origins["fetch.jobs"] == "Client(fetch.jobs)"
    assert client.with_settings(fetch__jobs=5).settings["fetch.jobs"] == "5"


def test_the_settings_file_is_written_and_read(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert lksearch_rs.config_file().startswith(str(tmp_path))
    lksearch_rs.set_config("fetch.jobs", 2)
    assert lksearch_rs.get_config("fetch.jobs") == "2"
    assert lksearch_rs.Client().settings["fetch.jobs"] == "2"
    lksearch_rs.set_config("fetch.jobs", None)
    assert lksearch_rs.get_config("fetch.jobs") != "2"


def test_observations_of_other_programs_have_products(client):
    found = client.search("TOI 1161", sector=14)
    frame = found.filter(kind="all").to_pandas()
    observed = frame[frame["obsid"].notna() & (frame["pipeline"] != "TESScut")].drop_duplicates("obsid")
    observations = observed[["obsid", "target_name", "s_ra", "s_dec", "exptime", "sequence_number", "provenance_name", "obs_collection_obs"]]
    observations = observations.rename(columns={"exptime": "t_exptime", "obs_collection_obs": "obs_collection"})
    described = client.products(observations.astype({"obsid": float}), sector=14)
    wanted = set(uri for uri in found["dataURI"] if uri is not None)
    assert type(described) is lksearch_rs.SearchResult and wanted <= set(described["dataURI"])
    assert len(client.products(observations, kind="timeseries", pipeline="SPOC")) == 1
    with pytest.raises(lksearch_rs.InvalidQueryError, match="a table of observations"):
        client.products({"name": ["TOI 1161"]})


@pytest.mark.parametrize("radius", [float("nan"), -1, float("inf"), 1e9])
def test_a_radius_that_is_none_is_not_asked(client, radius):
    with pytest.raises(lksearch_rs.InvalidQueryError, match="radius"):
        client.search("TOI 1161", radius=radius)


def test_what_is_no_target_is_no_list_of_targets(client):
    assert len(client.search([286.971254, 46.868263], sector=14)) == len(client.search((286.971254, 46.868263), sector=14)) > 0
    for other in [b"TOI 1161", {"a": 1}, [None], [("a", "b")]]:
        with pytest.raises(TypeError, match="a target is"):
            client.search(other)
    with pytest.raises(lksearch_rs.InvalidQueryError, match="TIC 5"):
        client.search([5])
    nothing = client.search(["no such star", "TIC 5"], sector=14)
    assert len(nothing) == 0 and "no such star" in nothing.empty_reason
    with pytest.raises(ValueError, match="limit"):
        client.search("TOI 1161", limit=-1)


def test_targets_of_which_none_can_be_asked_are_an_error(tmp_path):
    client = lksearch_rs.Client({"endpoints.mast": "http://127.0.0.1:9", "endpoints.resolver": "http://127.0.0.1:9"}, cache_dir=tmp_path, network__retries=0)
    with pytest.raises(lksearch_rs.UnavailableError):
        client.search(["TOI 1161", "Kepler-10"], sector=14)


def test_a_client_keeps_the_archive_inside(tmp_path):
    client = lksearch_rs.sandbox().client(cache_dir=tmp_path)
    gc.collect()
    assert len(client.with_settings(fetch__jobs=2).search("TOI 1161", sector=14, limit=1)) == 1
