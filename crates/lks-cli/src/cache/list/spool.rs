//! The rows of a list, put aside on the disk, so that they can be gone through again although the cache changes meanwhile.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, Write};

use lksearch::Error;

use super::Row;

/// Rows as lines of JSON, in a file without a name.
pub(super) struct Spool {
    file: File,
    num_rows: u64,
}

impl Spool {
    /// Puts all rows aside.
    pub(super) fn of(rows: impl Iterator<Item = Result<Row, Error>>) -> Result<Self, Error> {
        let file = tempfile::tempfile().map_err(unspooled)?;
        let (mut out, mut num_rows) = (BufWriter::new(&file), 0);
        for row in rows {
            serde_json::to_writer(&mut out, &row?).map_err(|error| unspooled(error.into()))?;
            out.write_all(b"\n").map_err(unspooled)?;
            num_rows += 1;
        }
        out.flush().map_err(unspooled)?;
        drop(out);
        Ok(Self { file, num_rows })
    }

    pub(super) fn num_rows(&self) -> u64 {
        self.num_rows
    }

    /// All rows again. One pass ends before the next begins.
    pub(super) fn rows(&self) -> Result<impl Iterator<Item = Result<Row, Error>> + use<>, Error> {
        let mut file = self.file.try_clone().map_err(unspooled)?;
        file.rewind().map_err(unspooled)?;
        let rows = serde_json::Deserializer::from_reader(BufReader::new(file)).into_iter();
        Ok(rows.map(|row| row.map_err(|error| unspooled(error.into()))))
    }
}

fn unspooled(source: io::Error) -> Error {
    Error::File {
        operation: "write",
        path: format!("a temporary file in {}", std::env::temp_dir().display()),
        source,
    }
}
