//! [`FitsFile`] for callers without an async runtime: a file on a disk or in memory is read on the thread that asks.

use std::ops::Range;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use arrow_array::RecordBatch;
use futures_util::StreamExt;

use crate::source::DiskReads;
use crate::{ColumnInfo, Error, HduInfo, Header, Image, LocalLocation, OpenOptions, Selection};

/// An open local file, as [`crate::FitsFile`]. It may be used anywhere, also inside an async function, whose thread it then holds up.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lc.fits");
/// # let column = lks_fits::write::Column::new("TIME", "D");
/// # let table = lks_fits::write::Hdu::table([column], 1).card("EXTNAME", "LIGHTCURVE", "");
/// # let mut bytes = lks_fits::write::Hdu::primary().bytes()?;
/// # table.append_to(&mut bytes, &1325.5_f64.to_be_bytes())?;
/// # std::fs::write(&path, bytes)?;
/// use lks_fits::{Selection, blocking::FitsFile, floats};
///
/// let file = FitsFile::open(path)?;
/// let rows = file.table(file.find("LIGHTCURVE")?, &Selection::columns(["TIME"]))?;
/// assert_eq!(floats(&rows, "TIME")?, [1325.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FitsFile(crate::FitsFile);

impl FitsFile {
    /// See [`crate::FitsFile::open`].
    ///
    /// # Errors
    /// As there.
    pub fn open(location: impl Into<LocalLocation>) -> Result<Self, Error> {
        Self::open_with(location, OpenOptions::default())
    }

    /// See [`crate::FitsFile::open_with`].
    ///
    /// # Errors
    /// As there.
    pub fn open_with(location: impl Into<LocalLocation>, options: OpenOptions) -> Result<Self, Error> {
        match Self::salvage(location, options)? {
            (file, None) => Ok(file),
            (_, Some(damage)) => Err(damage),
        }
    }

    /// See [`crate::FitsFile::salvage`].
    ///
    /// # Errors
    /// As there.
    pub fn salvage(location: impl Into<LocalLocation>, options: OpenOptions) -> Result<(Self, Option<Error>), Error> {
        let opening = crate::FitsFile::read_headers(location.into().into(), options, DiskReads::InPlace);
        finish(opening).map(|(file, damage)| (Self(file), damage))
    }

    /// See [`crate::FitsFile::hdus`].
    pub fn hdus(&self) -> &[HduInfo] {
        self.0.hdus()
    }

    /// See [`crate::FitsFile::find`].
    ///
    /// # Errors
    /// As there.
    pub fn find(&self, hdu: &str) -> Result<usize, Error> {
        self.0.find(hdu)
    }

    /// See [`crate::FitsFile::header`].
    ///
    /// # Errors
    /// As there.
    pub fn header(&self, index: usize) -> Result<&Header, Error> {
        self.0.header(index)
    }

    /// See [`crate::FitsFile::columns`].
    ///
    /// # Errors
    /// As there.
    pub fn columns(&self, index: usize) -> Result<Vec<ColumnInfo>, Error> {
        self.0.columns(index)
    }

    /// See [`crate::FitsFile::table`].
    ///
    /// # Errors
    /// As there.
    pub fn table(&self, index: usize, selection: &Selection) -> Result<RecordBatch, Error> {
        finish(self.0.table(index, selection))
    }

    /// See [`crate::FitsFile::batches`].
    ///
    /// # Errors
    /// As there.
    pub fn batches(
        &self,
        index: usize,
        selection: &Selection,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, Error>> + '_, Error> {
        let mut batches = Box::pin(self.0.batches(index, selection)?);
        Ok(std::iter::from_fn(move || finish(batches.next())))
    }

    /// See [`crate::FitsFile::image`].
    ///
    /// # Errors
    /// As there.
    pub fn image(&self, index: usize) -> Result<Image, Error> {
        finish(self.0.image(index))
    }

    /// See [`crate::FitsFile::image_section`].
    ///
    /// # Errors
    /// As there.
    pub fn image_section(&self, index: usize, ranges: &[Range<u64>]) -> Result<Image, Error> {
        finish(self.0.image_section(index, ranges))
    }

    /// See [`crate::FitsFile::bytes`].
    ///
    /// # Errors
    /// As there.
    pub fn bytes(&self, range: Range<u64>) -> Result<bytes::Bytes, Error> {
        finish(self.0.bytes(range))
    }

    /// See [`crate::FitsFile::size`].
    pub fn size(&self) -> u64 {
        self.0.size()
    }
}

/// The outcome of a future that waits for nobody: everything it reads is read in place.
fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        // A stream that lets others run before it goes on is ready the next time.
        if let Poll::Ready(outcome) = future.as_mut().poll(&mut context) {
            return outcome;
        }
    }
}
