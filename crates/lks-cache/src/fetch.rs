//! The whole way to a file in one call: looked up, waited for, or fetched by the caller, checked and committed.

use std::thread;
use std::time::{Duration, SystemTime};

use crate::error::Error;
use crate::key::Key;
use crate::level::Level;
use crate::lock::{Claim, KeyLock};
use crate::lookup::{Entry, Lookup};
use crate::store::Store;
use crate::write::{Facts, Writer};

/// While somebody else fetches the same file, it is looked for again after this, then ever later.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LAST_PAUSE: Duration = Duration::from_secs(1);
/// A caller that has waited this long fetches it as well.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// What comes of asking to fetch a file alone.
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once")]
enum Turn {
    /// Somebody brought it meanwhile.
    Here(Entry),
    /// It is to be fetched; the lock is held where locks work.
    Ours(Option<KeyLock>),
}

impl Store {
    /// The file of `key`: the one that is here if it passes `level`, else what `fetch` writes.
    ///
    /// `fetch` is called at most once, and only if no other thread or process fetches the file first: while one does, this waits for it,
    /// for ten minutes at most. What was written is synced, counted, given to the store's [check](Store::with_check) if it has one, and
    /// committed with the facts that `fetch` gives back; [`Finished::commit`](crate::Finished::commit) says what happens if another
    /// address' file lies at the path. `now` is called when the date is needed. The name is durable after [`Store::sync_batch`].
    ///
    /// ```
    /// use std::io::Write;
    /// use std::time::SystemTime;
    ///
    /// use lks_cache::{Facts, Key, Level, Store};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// let store = Store::new(directory.path());
    /// let key = Key::new("https://example.org/bread", "recipes/bread.txt".parse()?);
    /// let entry = store.get_or_fetch(&key, Level::Stat, SystemTime::now, |writer| {
    ///     writer.write_all(b"500 g flour")?; // or io::copy of a response
    ///     Ok::<_, std::io::Error>(Facts::from_source("example.org"))
    /// })?;
    /// assert_eq!(std::io::read_to_string(&entry.file)?, "500 g flour");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What `fetch` fails with; [`Error::Integrity`] if the check refuses what it wrote; else as [`Store::lookup`], [`Store::begin`] and
    /// [`Finished::commit`](crate::Finished::commit). Nothing new is visible then.
    pub fn get_or_fetch<E: From<Error>>(
        &self,
        key: &Key,
        level: Level,
        now: impl Fn() -> SystemTime,
        fetch: impl FnOnce(&mut Writer) -> Result<Facts, E>,
    ) -> Result<Entry, E> {
        let _lock = match self.turn(key, level, &now)? {
            Turn::Here(entry) => return Ok(entry),
            Turn::Ours(lock) => lock,
        };
        self.check_writable(key)?;
        let mut writer = self.begin(key, None)?;
        let mut facts = fetch(&mut writer)?;
        let finished = writer.finish()?;
        if let Some(note) = finished.check()? {
            facts.note.get_or_insert(note);
        }
        Ok(finished.commit(facts, now())?)
    }

    fn turn(&self, key: &Key, level: Level, now: &impl Fn() -> SystemTime) -> Result<Turn, Error> {
        let (mut waited, mut pause) = (Duration::ZERO, FIRST_PAUSE);
        loop {
            let claim = match self.lookup(key, level, now())? {
                Lookup::Hit(entry) => return Ok(Turn::Here(entry)),
                Lookup::Miss(_) => self.try_claim(key),
            };
            let lock = match claim {
                Claim::Busy if waited < LONGEST_WAIT => {
                    thread::sleep(pause);
                    waited += pause;
                    pause = (pause * 2).min(LAST_PAUSE);
                    continue;
                }
                Claim::Held(lock) => Some(lock),
                Claim::Busy | Claim::Unusable => None,
            };
            // Somebody may have brought it between the look and the claim.
            return Ok(match self.lookup(key, level, now())? {
                Lookup::Hit(entry) => Turn::Here(entry),
                Lookup::Miss(_) => Turn::Ours(lock),
            });
        }
    }
}
