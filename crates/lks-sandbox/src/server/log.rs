//! What was asked and answered, so that tests can count.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::request::Request;
use crate::fault::Matcher;

/// One request and how it was answered.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Logged {
    /// The method.
    pub method: String,
    /// The decoded path.
    pub path: String,
    /// The query as it was sent.
    pub query: String,
    /// The `Range` header.
    pub range: Option<String>,
    /// The body of the request, decoded if it was a form: the Mashup request, for instance.
    pub body: String,
    /// All headers of the request.
    pub headers: Vec<(String, String)>,
    /// The status answered; `None` if no status line was sent (yet).
    pub status: Option<u16>,
    /// Bytes of the body handed to the socket so far.
    pub bytes: u64,
    /// When the request had been read, since the sandbox started.
    pub at: Duration,
    /// When its answer was about to end, since the sandbox started; `None` if it has not.
    pub ended: Option<Duration>,
    /// Whether a scripted fault was applied.
    pub scripted: bool,
}

/// Older requests than the ones that fill this are forgotten, in bytes.
const MOST_BYTES: usize = 64 << 20;

#[derive(Debug)]
pub(crate) struct Log {
    started: Instant,
    /// Grows when the log is cleared, so that answers under way do not write into new entries.
    generation: u64,
    /// The last requests.
    entries: VecDeque<(Request, Logged)>,
    /// How many came before them since the log was cleared.
    num_forgotten: usize,
    /// What the entries hold, in bytes.
    num_bytes: usize,
    connections: Peak,
    requests: Peak,
}

/// How many are open, and the most that were.
#[derive(Debug, Default)]
struct Peak {
    now: usize,
    most: usize,
}

/// An entry being written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EntryId {
    generation: u64,
    index: usize,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            generation: 0,
            entries: VecDeque::new(),
            num_forgotten: 0,
            num_bytes: 0,
            connections: Peak::default(),
            requests: Peak::default(),
        }
    }
}

impl Log {
    pub(crate) fn begin(&mut self, request: &Request, scripted: bool) -> EntryId {
        let body = match request.form.as_slice() {
            [] => String::from_utf8_lossy(&request.body).into_owned(),
            form => form
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join("&"),
        };
        let logged = Logged {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request
                .target
                .split_once('?')
                .map(|(_, query)| query.to_owned())
                .unwrap_or_default(),
            range: request.header("range").map(str::to_owned),
            body,
            headers: request.headers.clone(),
            status: None,
            bytes: 0,
            at: self.started.elapsed(),
            ended: None,
            scripted,
        };
        self.requests.open();
        self.num_bytes += num_bytes(request);
        self.entries.push_back((request.clone(), logged));
        while self.num_bytes > MOST_BYTES
            && let Some((request, _)) = self.entries.pop_front()
        {
            self.num_bytes -= num_bytes(&request);
            self.num_forgotten += 1;
        }
        EntryId {
            generation: self.generation,
            // An entry larger than the whole log is forgotten at once.
            index: (self.num_forgotten + self.entries.len()).wrapping_sub(1),
        }
    }

    pub(crate) fn update(&mut self, id: EntryId, change: impl FnOnce(&mut Logged)) {
        if id.generation == self.generation
            && let Some(index) = id.index.checked_sub(self.num_forgotten)
            && let Some((_, entry)) = self.entries.get_mut(index)
        {
            change(entry);
        }
    }

    pub(crate) fn end(&mut self, entry: Option<EntryId>) {
        self.requests.close();
        let now = self.started.elapsed();
        if let Some(entry) = entry {
            self.update(entry, |entry| entry.ended = Some(now));
        }
    }

    pub(crate) fn connected(&mut self) {
        self.connections.open();
    }

    pub(crate) fn disconnected(&mut self) {
        self.connections.close();
    }

    pub(crate) fn entries(&self) -> Vec<Logged> {
        self.entries.iter().map(|(_, logged)| logged.clone()).collect()
    }

    /// How many came before those, which are forgotten.
    pub(crate) fn num_forgotten(&self) -> usize {
        self.num_forgotten
    }

    pub(crate) fn count(&self, matcher: &Matcher) -> usize {
        self.entries
            .iter()
            .filter(|(request, _)| matcher.picks(request))
            .count()
    }

    /// The most of these that were being answered at the same time.
    pub(crate) fn peak(&self, matcher: &Matcher) -> usize {
        let picked = self.entries.iter().filter(|(request, _)| matcher.picks(request));
        let mut changes: Vec<(Duration, isize)> = picked
            .flat_map(|(_, logged)| [(logged.at, 1), (logged.ended.unwrap_or(Duration::MAX), -1)])
            .collect();
        // At the same moment the end of one comes before the begin of another.
        changes.sort_unstable();
        let mut now = 0;
        let open = changes.iter().map(|(_, change)| {
            now += change;
            now
        });
        open.max().map_or(0, isize::unsigned_abs)
    }

    pub(crate) fn peaks(&self) -> (usize, usize) {
        (self.connections.most, self.requests.most)
    }

    /// Forgets the entries and lets the peaks start from what is open now.
    pub(crate) fn clear(&mut self) {
        self.generation += 1;
        self.entries.clear();
        (self.num_forgotten, self.num_bytes) = (0, 0);
        self.connections.most = self.connections.now;
        self.requests.most = self.requests.now;
    }
}

/// What an entry holds of a request, which it does twice; and what an empty one takes.
fn num_bytes(request: &Request) -> usize {
    let pairs = [&request.headers, &request.query, &request.form];
    let in_pairs: usize = pairs
        .into_iter()
        .flatten()
        .map(|(name, value)| name.len() + value.len() + 2 * size_of::<String>())
        .sum();
    let text = request.target.len() + request.path.len() + request.body.len();
    2 * (size_of::<(Request, Logged)>() + text + in_pairs)
}

impl Peak {
    fn open(&mut self) {
        self.now += 1;
        self.most = self.most.max(self.now);
    }

    fn close(&mut self) {
        self.now = self.now.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests;
