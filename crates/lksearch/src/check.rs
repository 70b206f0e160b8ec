//! The content checks that the store itself does not know.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Whether a file that begins like FITS, or like packed FITS, has the structure and the checksums that it claims. Other files pass.
///
/// # Errors
/// The reason, with HDU and offset.
pub fn fits_check(file: &File) -> Result<(), String> {
    let mut file = file;
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))
        .and_then(|_| file.take(9).read_to_end(&mut head))
        .map_err(|error| error.to_string())?;
    if !head.starts_with(b"SIMPLE  =") && !head.starts_with(&[0x1f, 0x8b]) {
        return Ok(());
    }
    file.seek(SeekFrom::Start(0)).map_err(|error| error.to_string())?;
    match lks_fits::verify::file(file) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether a file that nobody's record speaks of is what its name promises: its form from the first byte to the last, and the checksums
/// that it holds. For taking files over that another program left.
///
/// # Errors
/// The reason, in words.
pub fn whole_check(filename: &str, file: &File) -> Result<(), String> {
    lks_fetch::check_whole(filename, file)?;
    lks_fetch::check_sums(filename, file)
}
