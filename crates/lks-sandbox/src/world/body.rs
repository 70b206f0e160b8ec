//! The bytes of a product: the HDUs of its layout, filled from the light of its star.

mod coordinates;
pub(crate) mod dates;
mod frame;
mod header;
pub(crate) mod light;
mod makers;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use lks_fits::write::{Cells, Checksum, Column, Hdu, Pixel};

use super::content::{Content, Kind, Star, Transit};
use super::layout::{Field, Part, Quantity, row_width};
use super::plain;
use super::sectors::Sector;
use super::sky::SectorRow;
use frame::Frame;
use light::{Light, Sample, gaussian};

/// The file; `name` goes into its header.
pub(crate) fn make(content: &Content, name: &str) -> Vec<u8> {
    match content.kind {
        Kind::Text => plain::text(content),
        Kind::Pdf => plain::pdf(name, content.num_rows),
        Kind::Xml => plain::xml(name, content.star.id, content.num_rows),
        Kind::Tar => plain::tar(name, content.num_rows),
        Kind::KeplerPixels => plain::stored_gzip(&fits(content, name)),
        _ => fits(content, name),
    }
}

/// TESScut's file of so many columns and rows around a position in degrees, with the light of `star`; `None` for an unknown sector.
pub(crate) fn cutout(position: [f64; 2], star: Option<&Star>, pixels: (u16, u16), row: SectorRow) -> Option<Vec<u8>> {
    let sector = Sector::numbered(row.sector)?;
    let exptime = sector.frame_exptime();
    let nameless = Star {
        id: 0,
        ra: position[0],
        dec: position[1],
        magnitude: 12.0,
        temperature: 0.0,
        transit: Transit {
            period: 1.0,
            epoch: 0.0,
            depth: 0.0,
            duration: 0.1,
        },
    };
    let [ra, dec] = position;
    let star = Star {
        ra,
        dec,
        ..star.cloned().unwrap_or(nameless)
    };
    let content = Content {
        kind: Kind::Cutout,
        star: Arc::new(star),
        num_rows: sector.num_exposures(exptime),
        exptime,
        stride: 1,
        start: sector.span().0,
        sequence: row.sector,
        camera: row.camera,
        ccd: row.ccd,
        pixels,
    };
    Some(fits(&content, &format!("{}_astrocut.fits", row.name())))
}

fn fits(content: &Content, name: &str) -> Vec<u8> {
    let parts = content.parts();
    let light = Light::of(content);
    let frame = Frame::of(content);
    let stamp = format!("HDU checksum updated {}Z", &dates::date(light.last_date() + 60.0)[..19]);
    let mut out = Vec::with_capacity(content.size() as usize);
    for part in &parts {
        let hdu = hdu(content, part, parts.len() - 1, name)
            .checksum(checksum(content.kind))
            .checksum_comment(stamp.clone());
        hdu.append_with(&mut out, |out| fill(content, part, &light, &frame, out))
            .expect("because the layouts fit their declared sizes, which a test makes for every format");
    }
    out
}

/// Which sums the genuine files carry.
fn checksum(kind: Kind) -> Checksum {
    match kind {
        Kind::TessLightCurve
        | Kind::TessPixels
        | Kind::TessValidation
        | Kind::KeplerLightCurve
        | Kind::KeplerPixels
        | Kind::KeplerValidation
        | Kind::FullFrame => Checksum::Hdu,
        Kind::Kbonus | Kind::Cutout | Kind::Tasoc | Kind::TicaFrame | Kind::Everest | Kind::K2varcat => {
            Checksum::HduAndData
        }
        Kind::K2sff
        | Kind::Qlp
        | Kind::EleanorLite
        | Kind::Tglc
        | Kind::Cdips
        | Kind::Text
        | Kind::Pdf
        | Kind::Xml
        | Kind::Tar => Checksum::Absent,
    }
}

fn hdu(content: &Content, part: &Part, num_extensions: usize, name: &str) -> Hdu {
    let axes = [u64::from(content.pixels.0), u64::from(content.pixels.1)];
    match *part {
        Part::Primary { blocks } => Hdu::primary()
            .cards(header::primary(content, num_extensions, name))
            .pad_to_blocks(blocks),
        Part::Table {
            name,
            blocks,
            fields,
            num_rows,
        } => {
            let columns = fields
                .iter()
                .enumerate()
                .map(|(index, field)| column(content, field, index + 1, axes));
            Hdu::table(columns, u64::from(num_rows))
                .cards(header::extension(content, name))
                .cards(header::timing(content))
                .pad_to_blocks(blocks)
        }
        Part::Image {
            name,
            blocks,
            pixel,
            depth,
        } => {
            let cube = [axes[0], axes[1], u64::from(depth)];
            let axes = if depth == 1 { &cube[..2] } else { &cube[..] };
            let hdu = Hdu::image(pixel, axes).cards(header::extension(content, name));
            // Images of one block have no room for coordinates; nor have genuine ones of these formats.
            if blocks > 1 {
                hdu.cards(coordinates::of_image(content)).pad_to_blocks(blocks)
            } else {
                hdu.pad_to_blocks(blocks)
            }
        }
    }
}

fn column(content: &Content, field: &Field, number: usize, axes: [u64; 2]) -> Column {
    let form = match field.form.strip_prefix('*') {
        Some(form) => format!("{}{form}", axes[0] * axes[1]),
        None => field.form.to_owned(),
    };
    let mut column = Column::new(field.name, form).description(format!("column title: {}", field.quantity.title()));
    if !field.unit.is_empty() {
        column = column.unit(field.unit);
    }
    if !field.display.is_empty() {
        column = column.display(field.display);
    }
    if field.per_pixel() {
        column = column.dimensions(&axes).cards(coordinates::of_column(content, number));
    }
    if field.quantity == Quantity::Counts {
        column = column.null(-1);
    }
    column
}

fn fill(content: &Content, part: &Part, light: &Light, frame: &Frame, out: &mut Vec<u8>) {
    match *part {
        Part::Primary { .. } => {}
        Part::Table { fields, num_rows, .. } => {
            out.reserve((row_width(fields, content.pixels) * u64::from(num_rows)) as usize);
            for row in 0..num_rows {
                let sample = light.sample(row);
                for field in fields {
                    if field.per_pixel() {
                        pixels(field, &sample, light, frame, row, out);
                    } else {
                        cell(content, field, &sample, light, row, out);
                    }
                }
            }
        }
        Part::Image { pixel, depth, .. } => {
            for plane in 0..depth {
                frame.image(pixel, content.kind, plane, light.electrons(), out);
            }
        }
    }
}

fn cell(content: &Content, field: &Field, sample: &Sample, light: &Light, row: u32, out: &mut Vec<u8>) {
    let mut cells = Cells::new(out);
    if field.quantity == Quantity::FrameFile {
        let date = content.start + content.exptime / 86_400.0 * f64::from(row);
        let configuration = Sector::numbered(content.sequence).map_or(0, |sector| sector.configuration);
        let name = format!(
            "tess{}-s{:04}-{}-{}-{configuration:04}-s_ffi",
            dates::file_stamp(date),
            content.sequence,
            content.camera,
            content.ccd
        );
        cells.text(&name, 38);
        return;
    }
    if field.quantity == Quantity::QualityLetter {
        cells.text(if sample.quality == 0 { "G" } else { "X" }, 1);
        return;
    }
    let value = value(content, field.quantity, sample, light);
    match field.form {
        "D" => cells.float64(value),
        "E" => cells.float32(value as f32),
        "I" => cells.int16(value as i16),
        _ => cells.int32(value as i32),
    }
}

fn value(content: &Content, quantity: Quantity, sample: &Sample, light: &Light) -> f64 {
    let electrons = light.electrons();
    let known = |value: f64| if sample.time.is_nan() { f64::NAN } else { value };
    match quantity {
        Quantity::Time => sample.time,
        Quantity::TimeCorrection => f64::from(sample.time_correction),
        Quantity::Cadence => f64::from(sample.cadence),
        Quantity::Flux => sample.flux * electrons,
        Quantity::RawFlux => sample.raw * electrons,
        Quantity::RelativeFlux => sample.flux,
        Quantity::RelativeRawFlux => sample.raw,
        Quantity::Deviation => sample.flux - 1.0,
        Quantity::DeviationPpm => (sample.flux - 1.0) * 1e6,
        Quantity::Model => sample.model,
        Quantity::Magnitude => content.star.magnitude - 2.5 * sample.flux.log10(),
        Quantity::MagnitudeError => 1.085_7 * light.noise(),
        Quantity::FluxError => known(light.noise() * electrons),
        Quantity::RelativeError => known(light.noise()),
        Quantity::PpmError => known(light.noise() * 1e6),
        Quantity::Background => known(0.09 * electrons * (1.0 + 0.1 * sample.motion.0)),
        Quantity::BackgroundError => known(0.3 * light.noise() * electrons),
        Quantity::Quality => f64::from(sample.quality),
        Quantity::CentroidColumn => known(1623.9 + sample.motion.0),
        Quantity::CentroidRow => known(393.4 + sample.motion.1),
        Quantity::CentroidError => known(8e-4),
        Quantity::PositionColumn => known(sample.motion.0),
        Quantity::PositionRow => known(sample.motion.1),
        Quantity::Counts => 0.0,
        Quantity::Phase => sample.phase,
        Quantity::Orbit => f64::from(content.sequence) * 2.0 + 7.0,
        Quantity::Arc => 2.0 * sample.motion.0 + 1.0,
        Quantity::Moving => f64::from(i32::from(sample.quality & 0x20 != 0)),
        Quantity::Zero => 0.0,
        Quantity::FrameFile | Quantity::QualityLetter => 0.0,
    }
}

fn pixels(field: &Field, sample: &Sample, light: &Light, frame: &Frame, row: u32, out: &mut Vec<u8>) {
    let electrons = light.electrons();
    let gone = sample.time.is_nan();
    let sky = 120.0;
    let mut cells = Cells::new(out);
    for (index, &weight) in frame.weights().iter().enumerate() {
        let flux = weight * sample.raw * electrons;
        let spread = (flux.max(0.0) + sky).sqrt() * 0.1;
        let value = match field.quantity {
            Quantity::Counts => {
                let count = (flux + sky) * 1.6;
                cells.int32(if gone { -1 } else { count as i32 });
                continue;
            }
            Quantity::RawFlux => flux + spread * gaussian(index as u64, u64::from(row)),
            Quantity::FluxError => spread,
            Quantity::Background => sky,
            Quantity::BackgroundError => 0.4,
            _ => 0.0,
        };
        cells.float32(if gone { f32::NAN } else { value as f32 });
    }
}

/// Bytes of one pixel of an image; the layouts use these types only.
pub(crate) fn push_pixel(pixel: Pixel, value: f64, out: &mut Vec<u8>) {
    let mut cells = Cells::new(out);
    match pixel {
        Pixel::UInt8 => cells.uint8(value as u8),
        Pixel::Int16 => cells.int16(value as i16),
        Pixel::Int32 => cells.int32(value as i32),
        Pixel::Int64 => cells.int64(value as i64),
        Pixel::Float32 => cells.float32(value as f32),
        Pixel::Float64 => cells.float64(value),
    }
}
