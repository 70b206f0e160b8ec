//! The files: one per question, each written beside its place and renamed into it.
//!
//! ```text
//! <root>/v1/<first hexadecimal digit of the key>/<key>        an answer, see `entry`
//! <root>/v1/<digit>/.<random>.tmp                             one that is being written
//! ```
//!
//! Nothing is synced and nothing is locked: a file that does not hold what it should counts as absent, whatever the reason.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::entry::{self, Head, LARGEST, StoredAnswer};
use crate::error::Error;
use crate::question::Question;
use crate::used::UsedAnswer;

/// The format on disk; another one is another directory.
const VERSION: &str = "v1";
const DIGITS: [char; 16] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
];
const TEMPORARY: &str = ".tmp";
/// A file that is being written for longer than this was left by a process that ended.
const ABANDONED: Duration = Duration::from_secs(3600);
/// The beginning of a file that is read to know what it is; the head of what was made of many answers has a few thousand bytes.
const BEGINNING: usize = 16 << 10;

/// Where answers are kept. Need not exist; it is made when the first answer is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    root: PathBuf,
    limits: Limits,
}

/// How much is kept. The answers lie in sixteen folders, each of which has a sixteenth of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files.
    pub bytes: u64,
    /// Number of files.
    pub files: usize,
}

impl Default for Limits {
    /// A gibibyte, and 65,536 answers.
    fn default() -> Self {
        Self {
            bytes: 1 << 30,
            files: 1 << 16,
        }
    }
}

/// A kept answer in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedAnswer {
    /// Its file.
    pub path: PathBuf,
    /// Bytes on disk.
    pub bytes: u64,
    /// Of which kind the question was; `None` if the file does not say so.
    pub kind: Option<String>,
    /// What was asked, in words.
    pub about: Option<String>,
    /// When the service gave it.
    pub date: Option<SystemTime>,
}

impl Directory {
    /// The answers below this directory.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            limits: Limits::default(),
        }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The kept answer to a question. One that is damaged, of another question, or cannot be read counts as absent.
    pub fn find(&self, question: &Question) -> Option<StoredAnswer> {
        let path = self.path(question.key());
        // Looked at before it is opened: opening a pipe would wait for a writer.
        let metadata = fs::symlink_metadata(&path).ok()?;
        if !metadata.is_file() || metadata.len() > 2 * LARGEST {
            return None;
        }
        let mut file = Vec::with_capacity(usize::try_from(metadata.len()).ok()?);
        let opened = File::open(&path).ok()?;
        opened.take(2 * LARGEST).read_to_end(&mut file).ok()?;
        let kept = entry::decode(question, &file);
        if kept.is_none() {
            tracing::debug!(path = %path.display(), "a kept answer is damaged or another one's; it counts as absent");
        }
        kept
    }

    /// Whether this very answer is kept, and not an earlier or a later one to the same question. Only the head of its file is read.
    pub fn has(&self, used: &UsedAnswer) -> bool {
        head(&self.path(used.key())).is_some_and(|head| head.is_of(used))
    }

    /// Keeps an answer in place of what was kept of the question, and gives up the oldest ones if there are too many.
    ///
    /// # Errors
    /// When it cannot be written; what was kept before is untouched then.
    pub fn keep(&self, question: &Question, body: &[u8], now: SystemTime) -> Result<(), Error> {
        self.keep_made(question, &[], |out| out.write_all(body), now)
    }

    /// Keeps what was made of these answers, as [`keep`](Self::keep) does.
    ///
    /// # Errors
    /// As there.
    pub fn keep_made(
        &self,
        question: &Question,
        made_of: &[UsedAnswer],
        body: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
        now: SystemTime,
    ) -> Result<(), Error> {
        let path = self.path(question.key());
        let encoded = entry::encode(question, now, made_of, body);
        let Some(content) = encoded.map_err(Error::of("make the answer in", &path))? else {
            tracing::debug!(about = question.about(), "an answer is too large to be kept");
            return Ok(());
        };
        let folder = path.parent().expect("because every answer lies in a folder");
        self.write(folder, &path, &content)
            .map_err(Error::of("keep an answer in", &path))?;
        self.bound(folder, now);
        Ok(())
    }

    fn write(&self, folder: &Path, path: &Path, content: &[u8]) -> io::Result<()> {
        let begin = || {
            let mut builder = tempfile::Builder::new();
            builder.prefix(".").suffix(TEMPORARY);
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                // As the user's mask says, so that those who share a cache share its answers.
                builder.permissions(fs::Permissions::from_mode(0o666));
            }
            builder.tempfile_in(folder)
        };
        let mut temporary = match begin() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(folder)?;
                begin()?
            }
            begun => begun?,
        };
        temporary.write_all(content)?;
        temporary.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Gives up the oldest answers of a folder that has more than its share. What cannot be listed or removed stays.
    fn bound(&self, folder: &Path, now: SystemTime) {
        let share = DIGITS.len();
        let (most_bytes, most_files) = (self.limits.bytes / share as u64, self.limits.files / share);
        let mut files = files(folder).unwrap_or_default();
        let mut bytes: u64 = files.iter().map(|file| file.bytes).sum();
        if bytes <= most_bytes && files.len() <= most_files {
            return;
        }
        // A date in the future is that of a clock that was wrong: nobody knows how old it is, so it goes first.
        files.sort_by_key(|file| (file.written <= now, file.written));
        let mut num_files = files.len();
        for file in files {
            // Some more than necessary, or the next answer would have to look again.
            if bytes <= most_bytes / 8 * 7 && num_files <= most_files / 8 * 7 {
                break;
            }
            if fs::remove_file(&file.path).is_ok() {
                bytes -= file.bytes;
                num_files -= 1;
            }
        }
    }

    /// All kept answers, and what else lies among them.
    ///
    /// # Errors
    /// When a folder cannot be read; one that does not exist is empty.
    pub fn list(&self) -> Result<Vec<ListedAnswer>, Error> {
        let mut listed = Vec::new();
        for folder in self.folders() {
            let files = files(&folder).map_err(Error::of("list the answers in", &folder))?;
            listed.extend(files.into_iter().map(|file| {
                let head = head(&file.path);
                ListedAnswer {
                    bytes: file.bytes,
                    kind: head.as_ref().map(|head| head.kind.clone()),
                    about: head.as_ref().map(|head| head.about.clone()),
                    date: head.as_ref().and_then(Head::date),
                    path: file.path,
                }
            }));
        }
        Ok(listed)
    }

    /// Removes all answers, and the folders that are empty then; gives back what was there.
    ///
    /// # Errors
    /// At the first file that cannot be removed.
    pub fn clear(&self) -> Result<Vec<ListedAnswer>, Error> {
        let listed = self.list()?;
        for file in &listed {
            remove(&file.path)?;
        }
        let folders = self.folders().chain([self.root.join(VERSION), self.root.clone()]);
        // A folder in which another process has just kept something stays.
        folders.for_each(|folder| drop(fs::remove_dir(folder)));
        Ok(listed)
    }

    /// Removes what killed processes left and files that are no answers.
    ///
    /// # Errors
    /// At the first file that cannot be removed.
    pub fn gc(&self, now: SystemTime) -> Result<Vec<ListedAnswer>, Error> {
        let is_left = |file: &ListedAnswer| {
            let name = file.path.file_name().unwrap_or_default().to_string_lossy();
            let written = fs::symlink_metadata(&file.path).and_then(|metadata| metadata.modified());
            let age = written.ok().and_then(|written| now.duration_since(written).ok());
            let is_old = age.is_some_and(|age| age > ABANDONED);
            match name.ends_with(TEMPORARY) {
                true => is_old,
                false => file.kind.is_none(),
            }
        };
        let left: Vec<ListedAnswer> = self.list()?.into_iter().filter(is_left).collect();
        for file in &left {
            remove(&file.path)?;
        }
        Ok(left)
    }

    fn folders(&self) -> impl Iterator<Item = PathBuf> {
        DIGITS
            .iter()
            .map(|digit| self.root.join(VERSION).join(digit.to_string()))
    }

    fn path(&self, key: &str) -> PathBuf {
        self.root.join(VERSION).join(&key[..1]).join(key)
    }
}

struct OnDisk {
    path: PathBuf,
    bytes: u64,
    written: SystemTime,
}

/// The files of a folder; none of one that does not exist.
fn files(folder: &Path) -> io::Result<Vec<OnDisk>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?.flatten(),
    };
    let file = |entry: fs::DirEntry| {
        let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        Some(OnDisk {
            path: entry.path(),
            bytes: metadata.len(),
            written: metadata.modified().ok()?,
        })
    };
    Ok(entries.filter_map(file).collect())
}

fn head(path: &Path) -> Option<Head> {
    let mut beginning = Vec::with_capacity(BEGINNING);
    let file = File::open(path).ok()?;
    file.take(BEGINNING as u64).read_to_end(&mut beginning).ok()?;
    Some(Head::read(&beginning)?.0)
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::of("remove", path)(error)),
        _ => Ok(()),
    }
}
