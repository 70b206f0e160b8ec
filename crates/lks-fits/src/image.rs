//! The pixels of an image HDU.

use arrow_array::ArrayRef;

use crate::form::Element;
use crate::source::Source;
use crate::table::gather::{Rows, gather};
use crate::table::lane::Lane;
use crate::table::{Scaling, decode};
use crate::{Error, HduInfo, Header, Reason};

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
    pub(crate) async fn read(source: &Source, info: &HduInfo, header: &Header) -> Result<Self, Error> {
        let element = match header.integer("BITPIX") {
            Some(8) => Element::UInt8,
            Some(16) => Element::Int16,
            Some(32) => Element::Int32,
            Some(64) => Element::Int64,
            Some(-32) => Element::Float32,
            Some(-64) => Element::Float64,
            other => {
                let reason = Reason::BadValue {
                    keyword: "BITPIX".to_owned(),
                    found: format!("{other:?}"),
                };
                return Err(Error::Damaged {
                    hdu: info.index,
                    offset: info.header_offset,
                    reason,
                });
            }
        };
        let value = |keyword: &str| header.get(keyword).map(|card| &card.value);
        let scaling = Scaling::of(element, value("BSCALE"), value("BZERO"), value("BLANK"));
        let word = element.word();
        let rows = Rows {
            first: info.data_offset,
            stride: word as u64,
            span: word as u64,
            n_rows: info.data_size / word as u64,
        };
        rows.check(source, info)?;
        let lane = Lane {
            offset: 0,
            width: word,
            element,
            null: scaling.null,
        };
        let filled = gather(source, &rows, &[lane]).await?.remove(0);
        Ok(Self {
            axes: info.shape.clone(),
            pixels: decode::elements(element, filled, &scaling),
            unit: header.text("BUNIT").map(str::to_owned),
        })
    }
}
