//! Lists of targets that are named on the command line: `FILE`, `FILE:COLUMN`, or `-` for stdin.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use lksearch::Error;
use lksearch::archive::TargetList;

/// Bytes of the longest list.
const LARGEST: u64 = 256 << 20;

/// Reads the list.
///
/// # Errors
/// [`Error::Read`] if the file cannot be read, [`Error::Input`] if it is not a list of targets.
pub(crate) fn read(word: &Path) -> Result<TargetList, Error> {
    let (path, column) = file_and_column(word);
    let bytes = bytes(path)?;
    let is_csv = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let list = match column.is_some() || is_csv {
        true => TargetList::read_table(&bytes, column),
        false => TargetList::read(&bytes),
    };
    list.map_err(|error| Error::Input(format!("{}: {error}", name(path))))
}

/// Refuses files that are to be written, by the options that name them, if one is the list itself or two are the same: nothing would be left of the first.
///
/// # Errors
/// [`Error::Input`].
pub(crate) fn keep_apart(list: &Path, outputs: &[(&str, Option<&Path>)]) -> Result<(), Error> {
    let (path, _) = file_and_column(list);
    let written = outputs.iter().filter_map(|(option, path)| Some((*option, (*path)?)));
    let mut before = vec![("--targets", path)];
    for (option, path) in written.filter(|(_, path)| *path != Path::new("-")) {
        if let Some((other, _)) = before.iter().find(|(_, before)| is_same_file(before, path)) {
            return Err(Error::Input(format!(
                "{option}: {} is the file of {other}, too, and would be written over; give another",
                path.display()
            )));
        }
        before.push((option, path));
    }
    Ok(())
}

/// Whether both are one file, however it is spelled; devices and pipes are not written over.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let there = path.canonicalize();
        there.or_else(|_| {
            Ok::<_, io::Error>(
                parent
                    .unwrap_or(Path::new("."))
                    .canonicalize()?
                    .join(path.file_name().unwrap_or_default()),
            )
        })
    };
    let is_written_over = |path: &Path| path.metadata().map_or(true, |there| there.is_file());
    match (place(one), place(other)) {
        (Ok(one), Ok(other)) => one == other && is_written_over(&one),
        _ => false,
    }
}

/// What stands behind the last colon is a column, unless the file is called like that.
fn file_and_column(word: &Path) -> (&Path, Option<&str>) {
    let parts = word.to_str().and_then(|text| text.rsplit_once(':'));
    match parts.filter(|(file, column)| !file.is_empty() && !column.contains(['/', '\\'])) {
        Some((file, column)) if !word.exists() => (Path::new(file), Some(column)),
        _ => (word, None),
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut read_all = |source: &mut dyn Read| source.take(LARGEST + 1).read_to_end(&mut bytes);
    let read = match path == Path::new("-") {
        true => read_all(&mut io::stdin().lock()),
        false => File::open(path).and_then(|mut file| read_all(&mut file)),
    };
    let num_bytes = read.map_err(|source| Error::Read {
        path: name(path),
        source,
    })?;
    match num_bytes as u64 > LARGEST {
        true => Err(Error::Input(format!(
            "{}: it has more than {LARGEST} bytes; give a list of targets, in pieces if it is so long",
            name(path)
        ))),
        false => Ok(bytes),
    }
}

fn name(path: &Path) -> String {
    match path == Path::new("-") {
        true => "stdin".to_owned(),
        false => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_stands_behind_the_last_colon() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("a:b");
        std::fs::write(&odd, "TIC 1\n").unwrap();
        for (word, expected) in [
            ("stars.csv", ("stars.csv", None)),
            ("stars.csv:tic", ("stars.csv", Some("tic"))),
            ("C:\\stars.csv", ("C:\\stars.csv", None)),
            ("-:tic", ("-", Some("tic"))),
            (":tic", (":tic", None)),
            (odd.to_str().unwrap(), (odd.to_str().unwrap(), None)),
        ] {
            let (file, column) = file_and_column(Path::new(word));
            assert_eq!((file, column), (Path::new(expected.0), expected.1), "{word}");
        }
    }

    #[test]
    fn a_file_that_is_no_list_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stars.csv");
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let word = format!("{}:tic", path.display());
        let error = read(Path::new(&word)).unwrap_err().to_string();
        assert!(
            error.contains("stars.csv: there is no column `tic`; there are `a`, `b`"),
            "{error}"
        );
        let error = read(Path::new("/nowhere/stars.txt")).unwrap_err();
        assert_eq!(error.kind(), lksearch::ErrorKind::NotFound, "{error}");
    }
}
