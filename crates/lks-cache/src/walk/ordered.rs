//! The plain files in the order of their paths, with their sizes. Several threads look ahead, because a disk answers many questions in
//! the time of one; in memory are only the directories that were read and not given out yet.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rustix::fs::FileType;

use super::kind_of;
use crate::dirfd::{DEEPEST, Directory};
use crate::error::Error;
use crate::store::is_absent;

const THREADS: usize = 16;
/// So many directories in one are read before they are needed.
const AHEAD: usize = 32;

/// What a walk comes to. Paths are relative to where it began.
#[derive(Debug)]
pub(crate) enum Step {
    /// Something that is not a directory, and its size; of a symbolic link, that of the link.
    File { path: PathBuf, size: u64, is_link: bool },
    /// The end of a directory.
    Left {
        path: PathBuf,
        /// Nothing but directories is in it and below.
        has_no_files: bool,
    },
}

/// What is in a directory, in the order of paths.
#[derive(Debug, Default)]
struct Listing {
    /// Open if there are directories in it.
    directory: Option<Arc<Directory>>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: OsString,
    kind: FileType,
    size: u64,
}

/// A directory that is to be read.
struct Job {
    parent: Arc<Directory>,
    name: OsString,
    answer: SyncSender<io::Result<Listing>>,
}

/// A directory that is being given out.
#[derive(Debug)]
struct Frame {
    path: PathBuf,
    directory: Option<Arc<Directory>>,
    entries: std::vec::IntoIter<Entry>,
    /// Answers for the next directories of `entries`.
    pending: VecDeque<Receiver<io::Result<Listing>>>,
    has_no_files: bool,
}

/// See the module. An error ends what is below the directory that it is about.
#[derive(Debug)]
pub(crate) struct Ordered {
    root: PathBuf,
    frames: Vec<Frame>,
    readers: Readers,
    failure: Option<Error>,
}

impl Ordered {
    /// Walks what was opened at `path`, which may be absent.
    pub(crate) fn below(opened: io::Result<Directory>, path: &Path) -> Self {
        let mut walk = Self {
            root: path.to_owned(),
            frames: Vec::new(),
            readers: Readers::default(),
            failure: None,
        };
        walk.enter(PathBuf::new(), opened.and_then(list));
        walk
    }

    fn enter(&mut self, path: PathBuf, listing: io::Result<Listing>) {
        let listing = match listing {
            Ok(_) if self.frames.len() > DEEPEST => Err(io::Error::other("its directories are nested too deeply")),
            listing => listing,
        };
        match listing {
            Ok(Listing { directory, entries }) => self.frames.push(Frame {
                path,
                directory,
                entries: entries.into_iter(),
                pending: VecDeque::new(),
                has_no_files: true,
            }),
            Err(error) if is_absent(&error) => {}
            Err(error) => self.failure = Some(Error::reading("list", &self.root.join(path))(error)),
        }
    }
}

impl Iterator for Ordered {
    type Item = Result<Step, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(error) = self.failure.take() {
                return Some(Err(error));
            }
            let frame = self.frames.last_mut()?;
            // At each file, the directories behind it would be counted once more.
            if frame
                .entries
                .as_slice()
                .first()
                .is_some_and(|entry| entry.kind.is_dir())
            {
                frame.look_ahead(&mut self.readers);
            }
            let Some(entry) = frame.entries.next() else {
                let Frame { path, has_no_files, .. } = self.frames.pop()?;
                if let Some(above) = self.frames.last_mut() {
                    above.has_no_files &= has_no_files;
                }
                return Some(Ok(Step::Left { path, has_no_files }));
            };
            let path = frame.path.join(&entry.name);
            if !entry.kind.is_dir() {
                frame.has_no_files = false;
                let (size, is_link) = (entry.size, entry.kind.is_symlink());
                return Some(Ok(Step::File { path, size, is_link }));
            }
            let answer = frame.pending.pop_front();
            let listing = match (answer, &frame.directory) {
                (Some(answer), _) => answer
                    .recv()
                    .unwrap_or_else(|_| Err(io::Error::other("a thread ended early"))),
                (None, Some(directory)) => directory.inner(Path::new(&entry.name)).and_then(list),
                (None, None) => Ok(Listing::default()),
            };
            self.enter(path, listing);
        }
    }
}

impl Frame {
    /// Has the next directories of this one read, unless there is only one.
    fn look_ahead(&mut self, readers: &mut Readers) {
        let Some(directory) = &self.directory else { return };
        if self.pending.len() > AHEAD / 2 {
            return;
        }
        let next = self.entries.as_slice().iter().filter(|entry| entry.kind.is_dir());
        let next = next.skip(self.pending.len()).take(AHEAD - self.pending.len());
        let names: Vec<OsString> = next.map(|entry| entry.name.clone()).collect();
        if names.len() + self.pending.len() < 2 {
            return;
        }
        for name in names {
            let (answer, pending) = sync_channel(1);
            let parent = directory.clone();
            if !readers.ask(Job { parent, name, answer }) {
                return;
            }
            self.pending.push_back(pending);
        }
    }
}

/// The jobs that no thread has taken yet.
type Waiting = Arc<Mutex<Receiver<Job>>>;

/// The threads that look ahead; as many as there was work for.
#[derive(Debug, Default)]
struct Readers {
    jobs: Option<(Sender<Job>, Waiting)>,
    num_threads: usize,
}

impl Readers {
    /// `false` where no thread is to be had.
    fn ask(&mut self, job: Job) -> bool {
        let (jobs, waiting) = self.jobs.get_or_insert_with(|| {
            let (jobs, waiting) = channel();
            (jobs, Arc::new(Mutex::new(waiting)))
        });
        if self.num_threads < THREADS {
            let waiting = waiting.clone();
            let started = thread::Builder::new().name("lks-walk".to_owned()).spawn(move || {
                loop {
                    let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(Job { parent, name, answer }) = job else { return };
                    // Nobody listens any more where the walk has ended.
                    let _ended = answer.send(parent.inner(Path::new(&name)).and_then(list));
                }
            });
            self.num_threads += usize::from(started.is_ok());
        }
        self.num_threads > 0 && jobs.send(job).is_ok()
    }
}

/// Reads a directory. What vanishes meanwhile is left out.
fn list(directory: Directory) -> io::Result<Listing> {
    let mut found = Vec::new();
    for entry in directory.names()?.numbered() {
        match entry {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            entry => found.push(entry?),
        }
    }
    // As they lie on the disk: in any other order it reads the same blocks again and again.
    found.sort_unstable_by_key(|(inode, ..)| *inode);
    let mut entries = Vec::with_capacity(found.len());
    for (_, name, kind) in found {
        match entry_of(&directory, &name, kind) {
            Ok((kind, size)) => entries.push(Entry { name, kind, size }),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(error),
        }
    }
    // A directory's name is followed by a slash in what is below it.
    entries.sort_unstable_by(|a, b| a.in_path().cmp(b.in_path()));
    let has_directories = entries.iter().any(|entry| entry.kind.is_dir());
    Ok(Listing {
        directory: has_directories.then(|| Arc::new(directory)),
        entries,
    })
}

fn entry_of(directory: &Directory, name: &OsStr, kind: FileType) -> io::Result<(FileType, u64)> {
    match kind_of(directory, name, kind)? {
        FileType::Directory => Ok((FileType::Directory, 0)),
        kind => Ok((kind, directory.attributes_of(name)?.len())),
    }
}

impl Entry {
    fn in_path(&self) -> impl Iterator<Item = u8> {
        let slash = self.kind.is_dir().then_some(b'/');
        self.name.as_encoded_bytes().iter().copied().chain(slash)
    }
}
