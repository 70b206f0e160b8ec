//! Reads a settings file without ever hanging or filling memory, whatever lies under its name.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Far above any settings file written by a person, in bytes.
const MAX_BYTES: u64 = 128 << 10;

/// What is under the name of a settings file.
#[derive(Debug)]
pub(crate) enum Content {
    Text(String),
    Missing,
    /// There, but no settings file can be that: a directory, a FIFO, 1 GB.
    Wrong(String),
    /// There, but the system does not let us read it.
    Unreadable(String),
}

/// Reads a file. The name is looked at before it is opened, because opening a FIFO waits for a writer.
pub(crate) fn read(path: &Path) -> Content {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return failure(&error),
    };
    let kind = metadata.file_type();
    if kind.is_dir() {
        return Content::Wrong("it is a directory, expected a file".into());
    }
    if !kind.is_file() {
        return Content::Wrong("it is a pipe, socket or device, expected a file".into());
    }
    let mut bytes = Vec::new();
    // The length is not asked for: files of /proc have none, and a file may grow meanwhile.
    match File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)) {
        Ok(_) if bytes.len() as u64 > MAX_BYTES => too_large(),
        Ok(_) => text(bytes),
        Err(error) => failure(&error),
    }
}

fn text(bytes: Vec<u8>) -> Content {
    match String::from_utf8(bytes) {
        Ok(text) => Content::Text(text),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
            Content::Wrong(format!("line {line} is not UTF-8 text; save the file as UTF-8"))
        }
    }
}

fn too_large() -> Content {
    Content::Wrong(format!(
        "it is larger than {} KiB, expected a settings file",
        MAX_BYTES / 1024
    ))
}

fn failure(error: &io::Error) -> Content {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Content::Missing,
        io::ErrorKind::PermissionDenied => Content::Unreadable(
            "this user may not read it; ask for permission, or name another file with LKSEARCH_CONFIG".into(),
        ),
        _ => Content::Unreadable(error.to_string()),
    }
}
