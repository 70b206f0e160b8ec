//! An open FITS file: the list of its HDUs, their headers, and the data that are asked for.

mod ahead;
mod open;

use std::ops::Range;

use arrow_array::RecordBatch;
use futures_util::{Stream, StreamExt, stream};

use crate::source::{ReadCost, Source};
use crate::table::{ColumnInfo, Columns, Selection};
use crate::{Error, HduInfo, HduKind, Header, Image};

/// HDUs that a message lists.
const MAX_LISTED: usize = 50;

/// An open file: all headers are in memory, the data are read on request.
///
/// ```
/// use lks_fits::write::{Cells, Column, Hdu};
/// use lks_fits::{FitsFile, Selection};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let mut bytes = Hdu::primary().bytes()?;
/// let table = Hdu::table([Column::new("TIME", "D"), Column::new("FLUX", "E")], 2).card("EXTNAME", "LIGHTCURVE", "");
/// table.append_with(&mut bytes, |out| {
///     for row in 0..2 {
///         let mut cells = Cells::new(out);
///         cells.float64(1325.0 + f64::from(row));
///         cells.float32(1.0);
///     }
/// })?;
/// let file = FitsFile::open(bytes).await?;
/// let index = file.find("LIGHTCURVE")?;
/// let batch = file.table(index, &Selection::columns(["TIME"])).await?;
/// assert_eq!((batch.num_columns(), batch.num_rows()), (1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FitsFile {
    source: Source,
    hdus: Vec<HduInfo>,
    headers: Vec<Header>,
}

impl FitsFile {
    /// All HDUs in order.
    pub fn hdus(&self) -> &[HduInfo] {
        &self.hdus
    }

    /// Index of an HDU by its number or by its name (`EXTNAME`, in any case; the first of that name).
    ///
    /// # Errors
    /// There is none; the message lists the names there are.
    pub fn find(&self, hdu: &str) -> Result<usize, Error> {
        let by_name = || {
            self.hdus
                .iter()
                .position(|info| info.name.eq_ignore_ascii_case(hdu.trim()))
        };
        let by_number = || hdu.trim().parse().ok().filter(|&index: &usize| index < self.hdus.len());
        by_name()
            .or_else(by_number)
            .ok_or_else(|| self.absent(format!("HDU {hdu:?}")))
    }

    /// The header of an HDU.
    ///
    /// # Errors
    /// There is no such HDU.
    pub fn header(&self, index: usize) -> Result<&Header, Error> {
        self.headers
            .get(index)
            .ok_or_else(|| self.absent(format!("HDU {index}")))
    }

    /// The columns of a table.
    ///
    /// # Errors
    /// The HDU is absent or not a table, or its columns contradict each other.
    pub fn columns(&self, index: usize) -> Result<Vec<ColumnInfo>, Error> {
        Ok(self.table_columns(index)?.infos())
    }

    /// Columns and rows of a table, read in as few requests as their layout allows.
    ///
    /// Every field carries the metadata `unit`, `display`, `description`, `dimensions` (the axes of each cell, the fastest
    /// first) and `null` (the integer that stands for no value) where the header has them, and a column of times (see [`crate::TimeReference`]) `time_zero_jd`
    /// (the Julian date that 0 stands for, as `2457000`), `time_unit` (`d`), `time_scale` (`TDB`, or `UNKNOWN`) and `time_position` (`BARYCENTER`, or
    /// `UNKNOWN`). A cell of several elements is a `FixedSizeList`, one of variable length a `LargeList`; complex numbers are
    /// lists of two, with the metadata `complex`. Values equal to `TNULL` and floats that are NaN are null. `TSCAL` and `TZERO` are applied; where they
    /// only mean "unsigned", the type is an unsigned integer.
    ///
    /// # Errors
    /// The HDU or a column is absent, the rows go beyond the end, or the bytes could not be read.
    pub async fn table(&self, index: usize, selection: &Selection) -> Result<RecordBatch, Error> {
        let columns = self.table_columns(index)?;
        let batch = columns.read(&self.source, &self.hdus[index], selection).await;
        batch.map_err(|error| error.of_hdu(index))
    }

    /// As [`Self::table`], in batches of some megabytes: for tables that need not fit into memory. The next batch is read
    /// while the last one is worked on.
    ///
    /// # Errors
    /// As [`Self::table`], here if the columns are wrong and in the stream if bytes are.
    pub fn batches(
        &self,
        index: usize,
        selection: &Selection,
    ) -> Result<impl Stream<Item = Result<RecordBatch, Error>> + Send + '_, Error> {
        let columns = self.table_columns(index)?;
        let info = &self.hdus[index];
        let runs = columns.runs(info, selection, self.source.options().request_size);
        let names = selection.columns.clone();
        let columns = std::sync::Arc::new(columns);
        Ok(stream::iter(runs)
            .map(move |rows| {
                let (columns, selection) = (
                    columns.clone(),
                    Selection {
                        columns: names.clone(),
                        rows: Some(rows),
                    },
                );
                async move {
                    columns
                        .read(&self.source, info, &selection)
                        .await
                        .map_err(|error| error.of_hdu(index))
                }
            })
            .buffered(2))
    }

    /// The pixels of an image, `BSCALE`, `BZERO` and `BLANK` applied.
    ///
    /// # Errors
    /// The HDU is absent, not an image or a tile-compressed one, or the bytes could not be read.
    pub async fn image(&self, index: usize) -> Result<Image, Error> {
        let (info, header) = self.image_parts(index)?;
        let image = Image::read(&self.source, info, header).await;
        image.map_err(|error| error.of_hdu(index))
    }

    /// A rectangle of an image: one range of pixels for each axis, in FITS order (the fastest first), counted from 0 and without its
    /// end. Only the rows that it touches are read. Of an image of more than two axes it is one plane: the further ranges hold one
    /// pixel each.
    ///
    /// # Errors
    /// As [`Self::image`], and if the ranges are not within the axes.
    pub async fn image_section(&self, index: usize, ranges: &[Range<u64>]) -> Result<Image, Error> {
        let (info, header) = self.image_parts(index)?;
        let is_within = |(range, axis): (&Range<u64>, &u64)| range.start < range.end && range.end <= *axis;
        let fits = ranges.len() == info.shape.len()
            && !ranges.is_empty()
            && ranges.iter().zip(&info.shape).all(is_within)
            && ranges.iter().skip(2).all(|range| range.end - range.start == 1);
        if !fits {
            let axes: Vec<String> = info.shape.iter().map(u64::to_string).collect();
            return Err(Error::Absent {
                what: format!("section {ranges:?} of one plane in HDU {index}"),
                known: format!("its axes have {} pixels", axes.join(" x ")),
            });
        }
        let image = Image::section(&self.source, info, header, ranges).await;
        image.map_err(|error| error.of_hdu(index))
    }

    fn image_parts(&self, index: usize) -> Result<(&HduInfo, &Header), Error> {
        let header = self.header(index)?;
        let info = &self.hdus[index];
        match info.kind {
            HduKind::Primary | HduKind::Image => Ok((info, header)),
            HduKind::BinaryTable if self.is_compressed_image(index) => Err(Error::Unsupported {
                hdu: index,
                what: format!(
                    "the tile-compressed image {}: it is not decompressed by lksearch; open it with astropy",
                    info.name
                ),
            }),
            HduKind::BinaryTable | HduKind::AsciiTable | HduKind::RandomGroups | HduKind::Other(_) => {
                Err(self.absent(format!("image in HDU {index}")))
            }
        }
    }

    /// Whether a table is an image in compressed tiles (`ZIMAGE`; FITS 4.0, section 10.1). Its rows can be read, its pixels cannot.
    pub fn is_compressed_image(&self, index: usize) -> bool {
        let header = self.headers.get(index);
        header.is_some_and(|header| header.logical("ZIMAGE") == Some(true))
    }

    /// Whether a table is in compressed tiles (`ZTABLE`; FITS 4.0, section 10.3): its cells are compressed bytes.
    pub fn is_compressed_table(&self, index: usize) -> bool {
        let header = self.headers.get(index);
        header.is_some_and(|header| header.logical("ZTABLE") == Some(true))
    }

    /// Bytes of the file as they are, unpacked if it is gzip; a header from `header_offset` to `data_offset`, for example.
    ///
    /// # Errors
    /// The range goes beyond the end, or the bytes could not be read.
    pub async fn bytes(&self, range: Range<u64>) -> Result<bytes::Bytes, Error> {
        self.source.read(range).await
    }

    /// Bytes of the file, unpacked.
    pub fn size(&self) -> u64 {
        self.source.size()
    }

    /// Whether the file is on a server that gives no parts of it (no `Range`), so that all of it was read when it was opened although less
    /// was asked for.
    pub fn came_whole(&self) -> bool {
        self.source.came_whole()
    }

    /// Requests made and bytes brought since the file was opened.
    pub fn read_cost(&self) -> ReadCost {
        self.source.read_cost()
    }

    fn table_columns(&self, index: usize) -> Result<Columns, Error> {
        let header = self.header(index)?;
        let info = &self.hdus[index];
        match info.kind {
            HduKind::BinaryTable | HduKind::AsciiTable => Columns::of(header, &self.headers[0], info),
            HduKind::Primary | HduKind::Image | HduKind::RandomGroups | HduKind::Other(_) => {
                Err(self.absent(format!("table in HDU {index}")))
            }
        }
    }

    fn absent(&self, what: String) -> Error {
        let listed = self.hdus.iter().take(MAX_LISTED);
        let mut known: Vec<_> = listed
            .map(|info| format!("{} {} ({})", info.index, info.name, info.kind))
            .collect();
        if let Some(more) = self.hdus.len().checked_sub(MAX_LISTED + 1) {
            known.push(format!("and {} more", more + 1));
        }
        Error::Absent {
            what,
            known: format!("the file has {}", known.join(", ")),
        }
    }
}
