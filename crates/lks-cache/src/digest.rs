//! Reading files through, and their SHA-256.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use sha2::{Digest, Sha256};

use crate::record::hex;

/// Small enough for the stack and the processor's cache. A larger one from the heap is mapped, filled with zeros page by page and unmapped
/// again for each file, which costs as much as hashing a small one.
const BUFFER_BYTES: usize = 64 * 1024;

/// SHA-256 of the whole file and the number of bytes read; the file's cursor stays where it is.
pub(crate) fn of_file(file: &File) -> io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let size = read(file, 0..u64::MAX, |_, bytes| hasher.update(bytes))?;
    Ok((hex(&hasher.finalize()), size))
}

/// Shows `each` the bytes of the range, as far as the file goes, with the offset of each piece; returns where the file stopped.
pub(crate) fn read(file: &File, range: Range<u64>, mut each: impl FnMut(u64, &[u8])) -> io::Result<u64> {
    let mut buffer = [0; BUFFER_BYTES];
    let mut position = range.start;
    while position < range.end {
        let wanted = usize::try_from(range.end - position).map_or(BUFFER_BYTES, |left| left.min(BUFFER_BYTES));
        match file.read_at(&mut buffer[..wanted], position) {
            Ok(0) => break,
            Ok(n) => {
                each(position, &buffer[..n]);
                position += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(position)
}
