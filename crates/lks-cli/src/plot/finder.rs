//! The stars of a catalogue in a frame: where they are on its pixels when it was taken.

use lksearch::catalog::{Cone, Epoch, StarCatalog};
use lksearch::fits::{ColumnInfo, FitsFile, Header};
use lksearch::wcs::{KeywordValue, PixelWindow, SkyPosition, Wcs};
use lksearch::{ArcSeconds, Client, Error, Position};

use super::frame::Frame;
use crate::arguments::Plot;
use crate::ui::{Ui, counted};

/// Fainter stars than this are too many to be told apart; as `catalog cone` shows, the limit can be another.
const FAINTEST: f64 = 18.0;

/// Where the pixels of a frame are on the sky.
#[derive(Clone, Debug)]
pub(super) struct Sky {
    wcs: Result<Wcs, lksearch::wcs::Error>,
    /// When the frame was taken, a Julian date.
    date: Option<f64>,
}

/// A star on the pixels of a frame.
#[cfg_attr(not(feature = "plot"), expect(dead_code, reason = "only pictures show stars"))]
#[derive(Clone, Debug)]
pub(super) struct Marker {
    /// Place along the rows and the columns, in pixels from the middle of the first one.
    pub(super) place: (f64, f64),
    /// Its number in the list.
    pub(super) number: usize,
    /// From 0 for the faintest to 1 for the brightest of the frame.
    pub(super) brightness: f64,
}

impl Sky {
    /// Of a column of images, by its own keywords; where it has none, as files of astrocut since 1.0, by those of the image of the aperture, which has the same pixels.
    pub(super) fn of(file: &FitsFile, hdu: usize, columns: &[ColumnInfo], flux: &ColumnInfo) -> Result<Self, Error> {
        let header = file.header(hdu)?;
        let number = columns
            .iter()
            .position(|column| column == flux)
            .map_or(0, |index| index + 1);
        let mut wcs = Wcs::from_column(number, |keyword| value(header, keyword));
        if let Err(lksearch::wcs::Error::MissingKeyword { .. }) = wcs
            && let Ok(aperture) = file.find("APERTURE")
            && file.hdus()[aperture].shape == flux.dimensions
        {
            let header = file.header(aperture)?;
            let of_aperture = Wcs::from_header(|keyword| value(header, keyword));
            if !matches!(of_aperture, Err(lksearch::wcs::Error::MissingKeyword { .. })) {
                wcs = of_aperture;
            }
        }
        let of_time = |keyword: &str| header.float(keyword);
        let zero = of_time("BJDREFI").map(|whole| whole + of_time("BJDREFF").unwrap_or(0.0));
        let middle = of_time("TSTART")
            .zip(of_time("TSTOP"))
            .map(|(start, stop)| f64::midpoint(start, stop));
        let date = zero.zip(middle).map(|(zero, middle)| zero + middle);
        Ok(Self { wcs, date })
    }
}

fn value<'a>(header: &'a Header, keyword: &str) -> Option<KeywordValue<'a>> {
    let number = || header.float(keyword).map(KeywordValue::Number);
    header.text(keyword).map(KeywordValue::Text).or_else(number)
}

fn nowhere(error: &lksearch::wcs::Error) -> Error {
    Error::Input(format!(
        "--catalog: the file does not say where its pixels are on the sky: {error}"
    ))
}

fn place(position: &SkyPosition) -> Result<Position, Error> {
    Ok(Position::icrs(position.ra(), position.dec())?)
}

/// Marks the stars of the catalogue that `--catalog` names.
pub(super) async fn mark(frame: &mut Frame, client: &Client, words: &Plot, ui: &Ui) -> Result<(), Error> {
    let Some(name) = &words.catalog else {
        return Ok(());
    };
    let catalogue: StarCatalog = name.parse()?;
    let wcs = frame.sky.wcs.as_ref().map_err(nowhere)?;
    let window = PixelWindow::of_image(frame.num_columns as u32, frame.num_rows as u32);
    let middle = wcs.sky(window.center()).map_err(|error| nowhere(&error))?;
    let corners = wcs.corners(&window).map_err(|error| nowhere(&error))?;
    let radius = corners
        .iter()
        .map(|corner| corner.separation(&middle))
        .fold(0.0, f64::max)
        * 3600.0;
    let center = place(&middle)?;
    let epoch = match frame.sky.date {
        Some(date) => Epoch::julian_date(date)?,
        None => Epoch::J2000,
    };
    let limit = words.magnitude_limit.unwrap_or(FAINTEST);
    let cone = Cone::new(catalogue, center, ArcSeconds(radius))
        .with_epoch(epoch)
        .with_magnitude_limit(limit);
    let table = client.catalog().cone(&cone).await?.table;
    let mut stars = Vec::new();
    for row in table.rows() {
        // What the TIC took back is no star.
        let is_none = matches!(row.text("disposition"), Some("DUPLICATE" | "ARTIFACT"));
        let place = row
            .float("ra")
            .zip(row.float("dec"))
            .and_then(|(ra, dec)| SkyPosition::new(ra, dec).ok());
        let pixel = place
            .and_then(|place| wcs.pixel(&place).ok())
            .filter(|pixel| window.contains(*pixel) && !is_none);
        if let Some((pixel, magnitude)) = pixel.zip(row.float("magnitude")) {
            stars.push((pixel, magnitude, row.text("id").unwrap_or_default().to_owned()));
        }
    }
    stars.sort_by(|one, other| one.1.total_cmp(&other.1));
    let extent = stars
        .first()
        .zip(stars.last())
        .map(|(bright, faint)| (bright.1, faint.1));
    let (bright, faint) = extent.unwrap_or((0.0, 0.0));
    let corner = frame.corner();
    for (number, (pixel, magnitude, id)) in stars.iter().enumerate() {
        let brightness = if faint > bright {
            (faint - magnitude) / (faint - bright)
        } else {
            1.0
        };
        frame.markers.push(Marker {
            place: (pixel.x, pixel.y),
            number: number + 1,
            brightness,
        });
        ui.note(format!(
            "{}: {id}, magnitude {magnitude:.2}, column {:.1}, row {:.1}",
            number + 1,
            pixel.x + corner.0 as f64,
            pixel.y + corner.1 as f64
        ));
    }
    frame.catalogue = Some(format!(
        "{} of {} brighter than {limit} at {:.2}",
        counted(stars.len() as u64, "star"),
        catalogue.label(),
        epoch.years()
    ));
    Ok(())
}
