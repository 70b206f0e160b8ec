//! Reading to the end of a buffer or a file, and what may stand after the last HDU.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::stream::CHUNK;
use crate::walk::excerpt;
use crate::{DamageReason, Error};

pub(super) fn zeros(bytes: &[u8]) -> Result<(), DamageReason> {
    match bytes.iter().position(|&byte| byte != 0) {
        None => Ok(()),
        Some(start) => Err(DamageReason::Trailing {
            starts_with: excerpt(&bytes[start..]),
        }),
    }
}

/// Reads on to the end; the inner error says that something is there.
pub(super) fn only_zeros(reader: &mut impl Read, first: &[u8]) -> Result<Result<(), DamageReason>, Error> {
    let mut outcome = zeros(first);
    let mut chunk = vec![0; CHUNK];
    while outcome.is_ok() {
        let num_bytes = fill(reader, &mut chunk)?;
        if num_bytes == 0 {
            break;
        }
        outcome = zeros(&chunk[..num_bytes]);
    }
    Ok(outcome)
}

/// Fills `buffer` unless the reader ends before.
pub(super) fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Error> {
    let mut num_bytes = 0;
    while num_bytes < buffer.len() {
        match reader.read(&mut buffer[num_bytes..]) {
            Ok(0) => break,
            Ok(more) => num_bytes += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::local("read the file", error)),
        }
    }
    Ok(num_bytes)
}

/// Counts what was taken from a reader.
pub(super) struct Counted<R> {
    pub(super) reader: R,
    pub(super) taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let num_bytes = self.reader.read(buffer)?;
        self.taken.set(self.taken.get() + num_bytes as u64);
        Ok(num_bytes)
    }
}
