//! The pixels of an image HDU.

use std::ops::Range;

use arrow_array::ArrayRef;

use crate::form::Element;
use crate::source::Source;
use crate::table::cell_layout::CellLayout;
use crate::table::transpose::{Rows, read_columns};
use crate::table::{Scaling, decode};
use crate::vectors::all_floats;
use crate::{DamageReason, Error, HduInfo, Header};

/// An image.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Image {
    /// Axes in FITS order, the fastest first.
    pub axes: Vec<u64>,
    /// All pixels in the order of the file; null where `BLANK` or NaN.
    pub pixels: ArrayRef,
    /// `BUNIT`.
    pub unit: Option<String>,
}

impl Image {
    /// The pixels as 64-bit floats, NaN where there is no value, in the order of the file.
    pub fn floats(&self) -> Vec<f64> {
        all_floats(&self.pixels).expect("because pixels are numbers")
    }

    pub(crate) async fn read(source: &Source, info: &HduInfo, header: &Header) -> Result<Self, Error> {
        let element = element(info, header)?;
        let word = element.word() as u64;
        let rows = Rows {
            first: info.data_offset,
            stride: word,
            span: word,
            num_rows: info.data_size / word,
        };
        Self::of(source, info, header, element, &rows, info.shape.clone()).await
    }

    /// The pixels of one plane that lie within the ranges, which must lie within the axes.
    pub(crate) async fn section(
        source: &Source,
        info: &HduInfo,
        header: &Header,
        ranges: &[Range<u64>],
    ) -> Result<Self, Error> {
        let element = element(info, header)?;
        let word = element.word() as u64;
        let axes: Vec<u64> = ranges.iter().map(|range| range.end - range.start).collect();
        let (mut first, mut step) = (info.data_offset, word);
        for (range, axis) in ranges.iter().zip(&info.shape) {
            first += range.start * step;
            step *= axis;
        }
        let rows = Rows {
            first,
            stride: info.shape.first().map_or(0, |width| width * word),
            span: axes.first().map_or(0, |width| width * word),
            num_rows: axes.get(1).copied().unwrap_or(1),
        };
        Self::of(source, info, header, element, &rows, axes).await
    }

    async fn of(
        source: &Source,
        info: &HduInfo,
        header: &Header,
        element: Element,
        rows: &Rows,
        axes: Vec<u64>,
    ) -> Result<Self, Error> {
        let value = |keyword: &str| header.get(keyword).map(|card| &card.value);
        let scaling = Scaling::of(element, value("BSCALE"), value("BZERO"), value("BLANK"));
        rows.check(source, info)?;
        let layout = CellLayout {
            offset: 0,
            width: rows.span as usize,
            element,
            null: scaling.null,
        };
        let filled = read_columns(source, rows, &[layout]).await?.remove(0);
        Ok(Self {
            axes,
            pixels: decode::elements(element, filled, &scaling),
            unit: header.text("BUNIT").map(str::to_owned),
        })
    }
}

fn element(info: &HduInfo, header: &Header) -> Result<Element, Error> {
    Ok(match header.integer("BITPIX") {
        Some(8) => Element::UInt8,
        Some(16) => Element::Int16,
        Some(32) => Element::Int32,
        Some(64) => Element::Int64,
        Some(-32) => Element::Float32,
        Some(-64) => Element::Float64,
        other => {
            let reason = DamageReason::BadValue {
                keyword: "BITPIX".to_owned(),
                found: format!("{other:?}"),
            };
            return Err(Error::Damaged {
                hdu: info.index,
                offset: info.header_offset,
                reason,
            });
        }
    })
}
