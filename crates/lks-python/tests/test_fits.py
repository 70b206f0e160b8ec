import numpy
import pytest


@pytest.fixture
def uri(found):
    return next(row["dataURI"] for row in found if row["pipeline"] == "SPOC")


def test_a_file_is_read_where_it_lies(client, uri, archive):
    file = client.open(uri)
    assert file.path is None and len(file) == 3
    assert [hdu.name for hdu in file] == ["PRIMARY", "LIGHTCURVE", "APERTURE"]
    assert file[-1].name == file["aperture"].name == "APERTURE"
    header = file[0].header
    assert header["OBJECT"] == "TIC 158324245" and header["SECTOR"] == 14
    assert ("SIMPLE", True) == file[0].cards[0][:2]


def test_columns_are_arrays_with_units_and_gaps(client, uri):
    curve = client.open(uri)["LIGHTCURVE"]
    assert "PDCSAP_FLUX" in curve.columns and curve.units["PDCSAP_FLUX"] == "e-/s"
    time, flux = curve["TIME"], curve["pdcsap_flux"]
    assert time.shape == curve.shape and time.unit == "BJD - 2457000, days"
    array = flux.to_numpy()
    assert array.dtype == numpy.float32
    assert array.__array_interface__["data"][0] == flux.__array_interface__["data"][0]
    assert numpy.isnan(array).sum() == flux.num_nulls
    assert numpy.nanmedian(array) > 0
    assert curve["QUALITY"].to_numpy().dtype == numpy.int32


def test_some_columns_of_some_rows(client, uri):
    curve = client.open(uri)[1]
    part = curve.read(["TIME", "SAP_FLUX"], slice(10, 20))
    assert part.columns == ["TIME", "SAP_FLUX"] and len(part) == 10
    numpy.testing.assert_array_equal(part["TIME"].to_numpy(), curve["TIME"].to_numpy()[10:20])
    assert len(part.to_pandas()) == 10


def test_images_and_cells_have_numpys_shape(client):
    found = client.search("TOI 1161", sector=14, kind="tpf", pipeline="SPOC")
    manifest = found.download()
    file = client.open(manifest.paths[0])
    assert file.path == manifest.paths[0]
    pixels = file[1]["FLUX"]
    image = file["APERTURE"].image()
    assert pixels.shape[1:] == image.shape == file["APERTURE"].shape
    assert pixels.to_numpy().shape == pixels.shape
    assert pixels[0].shape == image.shape


def test_what_is_not_there_is_named(client, uri):
    file = client.open(uri)
    with pytest.raises(IndexError):
        file[7]
    with pytest.raises(ValueError, match="LIGHTCURVE"):
        file["FLUXES"]
    with pytest.raises(ValueError, match="PDCSAP_FLUX"):
        file[1]["PDCSAP"]


def test_pictures_are_svg(client, uri, tmp_path):
    picture = client.open(uri).plot(normalize=True)
    assert picture._repr_svg_().startswith("<svg")
    picture.save(tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="column"):
        client.plot(uri, column="NOTHING")


def test_other_packages_read_the_whole_file(client, uri):
    fits = pytest.importorskip("astropy.io.fits")
    hdus = client.open(uri).to_astropy()
    numpy.testing.assert_array_equal(hdus[1].data["TIME"], client.open(uri)[1]["TIME"].to_numpy())
    assert isinstance(hdus, fits.HDUList)
