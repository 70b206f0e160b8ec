//! Gzip: the whole file is read and unpacked into memory, because nothing in it can be found without.

use std::io::{ErrorKind, Write};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use futures_util::{StreamExt, stream};

use super::{Source, split};
use crate::Error;
use crate::gzip::{most_unpacked, too_much};

/// Packed bytes that are unpacked between two looks at what came of them.
const AT_ONCE: usize = 64 << 10;

impl Source {
    /// Reads and unpacks the whole file, or what there is before it is damaged; the second says how it is.
    pub(super) async fn unpack(&self) -> Result<(Bytes, Option<String>), Error> {
        let mut decoder = MultiGzDecoder::new(Limited {
            out: Vec::new(),
            limit: self.options.unpacked_size,
            num_packed: 0,
        });
        let held = self
            .segments()
            .gaps(&(0..self.size))
            .first()
            .map_or(self.size, |gap| gap.start);
        let pieces = std::iter::once(0..held).chain(split(held..self.size, self.options.request_size));
        let mut parts = stream::iter(pieces)
            .map(|piece| self.read(piece))
            .buffered(self.options.num_parallel.max(1));
        let mut damage = None;
        while damage.is_none()
            && let Some(part) = parts.next().await
        {
            for bytes in part?.chunks(AT_ONCE) {
                decoder.get_mut().num_packed += bytes.len() as u64;
                damage = decoder.write_all(bytes).err();
                if damage.is_some() {
                    break;
                }
            }
        }
        let damage = damage
            .or_else(|| decoder.try_finish().err())
            .map(|error| match error.kind() {
                ErrorKind::UnexpectedEof | ErrorKind::WriteZero => "the compressed file is cut off".to_owned(),
                _ => error.to_string(),
            });
        Ok((std::mem::take(&mut decoder.get_mut().out).into(), damage))
    }
}

/// A buffer that grows no further than a limit, and than the packed bytes so far may unfold to.
struct Limited {
    out: Vec<u8>,
    limit: u64,
    num_packed: u64,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let num_bytes = (self.out.len() + bytes.len()) as u64;
        if num_bytes > most_unpacked(self.num_packed) {
            return Err(std::io::Error::other(too_much(self.num_packed)));
        }
        if num_bytes > self.limit {
            return Err(std::io::Error::other(format!(
                "unfolds to more than {} bytes, the most that is kept in memory; download it and unpack it",
                self.limit
            )));
        }
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
