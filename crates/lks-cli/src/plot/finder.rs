//! The stars of a catalogue in a frame: where they are on its pixels when it was taken.

use lksearch::catalog::{Cone, Epoch, StarCatalog};
use lksearch::fits::{ColumnInfo, FitsFile};
use lksearch::{ArcSeconds, Client, Error, Position};

use super::frame::Frame;
use crate::arguments::Plot;
use crate::ui::{Ui, counted};

/// Fainter stars than this are too many to be told apart; as `catalog cone` shows, the limit can be another.
const FAINTEST: f64 = 18.0;

/// Where the sky is on the pixels: a tangential projection, as the headers of target pixel files have it for the column of the images.
/// Source: Greisen & Calabretta 2002, <https://doi.org/10.1051/0004-6361:20021327>, section 2 and, for tables, table 2.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sky {
    /// The pixel that the projection touches, counted from 1.
    pixel: [f64; 2],
    /// Its place on the sky, degrees.
    place: [f64; 2],
    /// Degrees per pixel, row after row.
    matrix: [[f64; 2]; 2],
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
    /// Of a column of images, if its header has a place on the sky.
    pub(super) fn of(file: &FitsFile, hdu: usize, columns: &[ColumnInfo], flux: &ColumnInfo) -> Option<Self> {
        let number = columns.iter().position(|column| column == flux)? + 1;
        let header = file.header(hdu).ok()?;
        let value = |keyword: String| header.float(&keyword);
        let pixel = [value(format!("1CRPX{number}"))?, value(format!("2CRPX{number}"))?];
        let place = [value(format!("1CRVL{number}"))?, value(format!("2CRVL{number}"))?];
        let scale = [value(format!("1CDLT{number}"))?, value(format!("2CDLT{number}"))?];
        let rotation = |row: usize, column: usize| {
            let given = value(format!("{}{}PC{number}", row + 1, column + 1));
            given.unwrap_or(if row == column { 1.0 } else { 0.0 })
        };
        let matrix = [0, 1].map(|row: usize| [0, 1].map(|column: usize| scale[row] * rotation(row, column)));
        let of_time = |keyword: &str| header.float(keyword);
        let zero = of_time("BJDREFI").map(|whole| whole + of_time("BJDREFF").unwrap_or(0.0));
        let middle = of_time("TSTART")
            .zip(of_time("TSTOP"))
            .map(|(start, stop)| f64::midpoint(start, stop));
        let date = zero.zip(middle).map(|(zero, middle)| zero + middle);
        Some(Self {
            pixel,
            place,
            matrix,
            date,
        })
    }

    /// The place on the sky of a pixel that is counted from 0.
    fn position(&self, pixel: [f64; 2]) -> Option<Position> {
        let offset = [0, 1].map(|axis: usize| pixel[axis] + 1.0 - self.pixel[axis]);
        let plane = self
            .matrix
            .map(|row| (row[0] * offset[0] + row[1] * offset[1]).to_radians());
        let [ra, dec] = self.place.map(f64::to_radians);
        let denominator = dec.cos() - plane[1] * dec.sin();
        let away = plane[0].atan2(denominator);
        let height = ((dec.sin() + plane[1] * dec.cos()) * away.cos()).atan2(denominator);
        Position::icrs((ra + away).to_degrees().rem_euclid(360.0), height.to_degrees()).ok()
    }

    /// The pixel, counted from 0, on which a place on the sky is; none for a place behind it.
    fn pixel(&self, place: &Position) -> Option<[f64; 2]> {
        let [ra, dec] = self.place.map(f64::to_radians);
        let (away, height) = (place.ra().to_radians() - ra, place.dec().to_radians());
        let nearness = dec.sin() * height.sin() + dec.cos() * height.cos() * away.cos();
        if nearness <= 0.0 {
            return None;
        }
        let plane = [
            height.cos() * away.sin() / nearness,
            (dec.cos() * height.sin() - dec.sin() * height.cos() * away.cos()) / nearness,
        ]
        .map(f64::to_degrees);
        let [[a, b], [c, d]] = self.matrix;
        let determinant = a * d - b * c;
        let offset = [
            (d * plane[0] - b * plane[1]) / determinant,
            (a * plane[1] - c * plane[0]) / determinant,
        ];
        let pixel = [0, 1].map(|axis: usize| offset[axis] + self.pixel[axis] - 1.0);
        pixel.iter().all(|axis| axis.is_finite()).then_some(pixel)
    }
}

/// Marks the stars of the catalogue that `--catalog` names.
pub(super) async fn mark(frame: &mut Frame, client: &Client, words: &Plot, ui: &Ui) -> Result<(), Error> {
    let Some(name) = &words.catalog else {
        return Ok(());
    };
    let catalogue: StarCatalog = name.parse()?;
    let nowhere = || Error::Input("--catalog: the file does not say where its pixels are on the sky".to_owned());
    let sky = frame.sky.ok_or_else(nowhere)?;
    let middle = [
        (frame.num_columns as f64 - 1.0) / 2.0,
        (frame.num_rows as f64 - 1.0) / 2.0,
    ];
    let center = sky.position(middle).ok_or_else(nowhere)?;
    let size = [frame.num_columns as f64 - 0.5, frame.num_rows as f64 - 0.5];
    let corners = [[-0.5, -0.5], [-0.5, size[1]], [size[0], -0.5], size];
    let far = corners
        .into_iter()
        .filter_map(|corner| Some(sky.position(corner)?.separation(&center).0));
    let radius = far.fold(0.0, f64::max);
    let epoch = match sky.date {
        Some(date) => Epoch::julian_date(date)?,
        None => Epoch::J2000,
    };
    let limit = words.magnitude_limit.unwrap_or(FAINTEST);
    let cone = Cone::new(catalogue, center, ArcSeconds(radius))
        .with_epoch(epoch)
        .with_magnitude_limit(limit);
    let table = client.catalog().cone(&cone).await?.table;
    let inside = |pixel: &[f64; 2]| (0..2).all(|axis| (-0.5..=size[axis]).contains(&pixel[axis]));
    let mut stars = Vec::new();
    for row in table.rows() {
        // What the TIC took back is no star.
        let is_none = matches!(row.text("disposition"), Some("DUPLICATE" | "ARTIFACT"));
        let place = row
            .float("ra")
            .zip(row.float("dec"))
            .and_then(|(ra, dec)| Position::icrs(ra, dec).ok());
        let pixel = place
            .and_then(|place| sky.pixel(&place))
            .filter(|pixel| inside(pixel) && !is_none);
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
    for (number, ([column, row], magnitude, id)) in stars.iter().enumerate() {
        let brightness = if faint > bright {
            (faint - magnitude) / (faint - bright)
        } else {
            1.0
        };
        frame.markers.push(Marker {
            place: (*column, *row),
            number: number + 1,
            brightness,
        });
        ui.note(format!(
            "{}: {id}, magnitude {magnitude:.2}, column {:.1}, row {:.1}",
            number + 1,
            column + frame.corner.0 as f64,
            row + frame.corner.1 as f64
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

#[cfg(test)]
mod tests;
