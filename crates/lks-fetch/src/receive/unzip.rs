//! The one FITS file in a cutout's zip. No path in it is ever used, and it is never unpacked further than announced and allowed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use zip::ZipArchive;

use crate::report::failure::Failure;

const MOST_ENTRIES: usize = 1000;
/// No cutout that TESScut makes is larger than this, in bytes.
pub(crate) const MOST_BYTES: u64 = 4 << 30;

/// Unpacks the member whose name begins with `prefix`, piece by piece, into `sink`, and gives back its CRC-32.
///
/// # Errors
/// `Corrupt` for anything that is not a sound zip with exactly one such member; `NotFound` if the service says it has no data;
/// whatever `sink` says.
pub(crate) fn member(
    file: &mut File,
    prefix: &str,
    mut sink: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<u32, Failure> {
    let broken = |what: &str, error: &dyn std::fmt::Display| Failure::corrupt(format!("{what}: {error}"));
    not_a_message(file)?;
    let mut archive = ZipArchive::new(file).map_err(|error| broken("the cutout's zip is damaged", &error))?;
    if archive.is_empty() {
        return Err(Failure::not_found(
            "the cutout service sent a zip without a file: it has no data there",
        ));
    }
    if archive.len() > MOST_ENTRIES {
        return Err(Failure::corrupt(format!("the cutout's zip has {} entries", archive.len())).for_good());
    }
    if archive
        .has_overlapping_entries()
        .map_err(|error| broken("the cutout's zip is damaged", &error))?
    {
        return Err(Failure::corrupt("entries of the cutout's zip overlap").for_good());
    }
    let mut wanted = Vec::new();
    let mut names = Vec::new();
    for index in 0..archive.len() {
        let entry = archive
            .by_index_raw(index)
            .map_err(|error| broken("the cutout's zip is damaged", &error))?;
        let name = check_name(entry.name_raw()).map_err(Failure::unsafe_name)?;
        if entry.is_symlink() || entry.is_dir() {
            return Err(Failure::unsafe_name(format!(
                "the cutout's zip holds {name:?}, which is not a plain file"
            )));
        }
        if entry.encrypted() {
            return Err(Failure::corrupt("the cutout's zip is encrypted").for_good());
        }
        if name.starts_with(prefix) && name.ends_with(".fits") {
            wanted.push(index);
        }
        names.push(name);
    }
    let &[index] = wanted.as_slice() else {
        let message = format!(
            "the cutout's zip should hold one file {prefix}…fits and holds {}",
            names.join(", ")
        );
        return Err(Failure::corrupt(message).for_good());
    };
    let mut entry = archive
        .by_index(index)
        .map_err(|error| broken("the cutout's zip is damaged", &error))?;
    let (announced, packed, crc32) = (entry.size(), entry.compressed_size(), entry.crc32());
    let most = announced.min(lks_fits::most_unpacked(packed)).min(MOST_BYTES);
    let (mut buffer, mut num_bytes) = (vec![0; 256 << 10], 0);
    loop {
        let n = match entry.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(broken("the cutout's zip is damaged", &error)),
        };
        num_bytes += n as u64;
        if num_bytes > most {
            return Err(Failure::corrupt(format!("the cutout unpacks to more than {most} bytes")).for_good());
        }
        sink(&buffer[..n])?;
    }
    if num_bytes != announced {
        return Err(Failure::corrupt(format!(
            "the cutout unpacks to {num_bytes} bytes instead of {announced}"
        )));
    }
    Ok(crc32)
}

/// The service answers "no data" as JSON and trouble as a page, with status 200 and the type of a zip.
fn not_a_message(file: &mut File) -> Result<(), Failure> {
    let storage = |error: io::Error| Failure::storage(format!("the cutout's zip cannot be read again: {error}"));
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0)).map_err(storage)?;
    file.by_ref().take(512).read_to_end(&mut head).map_err(storage)?;
    file.seek(SeekFrom::Start(0)).map_err(storage)?;
    if head.starts_with(b"PK") {
        return Ok(());
    }
    let text: String = String::from_utf8_lossy(&head)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    match head.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(Failure::corrupt("the cutout service sent nothing")),
        Some(b'{' | b'[') => Err(Failure::not_found(format!(
            "the cutout service has no cutout: {}",
            text.trim()
        ))),
        Some(_) => Err(Failure::corrupt(format!(
            "the cutout service sent no zip but: {}",
            text.trim()
        ))),
    }
}

/// All names are checked before anything is unpacked, although none is used: a zip with such a name was made to do harm.
fn check_name(raw: &[u8]) -> Result<String, String> {
    let name =
        std::str::from_utf8(raw).map_err(|_| format!("the cutout's zip holds a name that is not text: {raw:?}"))?;
    let plain = !name.is_empty()
        && name != "."
        && name != ".."
        && !name.contains(['/', '\\', ':'])
        && !name.chars().any(char::is_control);
    if plain {
        Ok(name.to_owned())
    } else {
        Err(format!("the cutout's zip holds the name {name:?}"))
    }
}

#[cfg(test)]
mod tests;
