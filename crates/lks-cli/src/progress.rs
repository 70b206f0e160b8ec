//! How a download goes, for programs: one JSON object a line on stderr.
//!
//! ```text
//! {"event":"begun","files":2,"bytes":2070720}
//! {"event":"file_begun","row":0,"name":"…_lc.fits","size":1964160,"source":"cloud"}
//! {"event":"received","row":0,"bytes":262144,"size":1964160,"bytes_of_all":262144}
//! {"event":"waiting","row":1,"host":"mast.stsci.edu","seconds":12.0,"reason":"the host asks to wait"}
//! {"event":"file_done","row":0,"status":"COMPLETE","source":"cloud","bytes":1964160,"files_done":1}
//! {"event":"warning","message":"…"}
//! {"event":"finished"}
//! ```

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use lksearch::{Event, Progress, Source};
use serde_json::{Value, json};

use crate::sink;
use crate::visible::Visible;

/// Writes each event as a line.
#[derive(Default)]
pub(crate) struct Lines(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// Bytes of each row so far.
    received: HashMap<usize, u64>,
    num_received: u64,
    /// Rows that are being fetched.
    begun: HashSet<usize>,
    num_done: usize,
}

impl Progress for Lines {
    fn event(&self, event: Event) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = line(event, &mut counts);
        sink::print_message(&in_ascii(&line));
    }
}

/// One line of JSON. What stands in it beyond ASCII is all in strings, where an escape means the same.
fn in_ascii(line: &Value) -> Visible {
    let mut text = String::new();
    for c in line.to_string().chars() {
        match c {
            ' '..='~' => text.push(c),
            other => other
                .encode_utf16(&mut [0; 2])
                .iter()
                .for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    Visible::line(text)
}

fn line(event: Event, counts: &mut Counts) -> Value {
    match event {
        Event::Begun { num_files, num_bytes } => json!({"event": "begun", "files": num_files, "bytes": num_bytes}),
        Event::FileBegun {
            row,
            name,
            size,
            source,
        } => {
            counts.begun.insert(row);
            json!({"event": "file_begun", "row": row, "name": name, "size": size, "source": source.word()})
        }
        Event::Received { row, bytes, size } => {
            let before = counts.received.insert(row, bytes).unwrap_or(0);
            counts.num_received += bytes.saturating_sub(before);
            json!({"event": "received", "row": row, "bytes": bytes, "size": size, "bytes_of_all": counts.num_received})
        }
        Event::Waiting {
            row,
            host,
            pause,
            reason,
        } => {
            json!({"event": "waiting", "row": row, "host": host.unwrap_or_default(), "seconds": pause.as_secs_f64(), "reason": reason})
        }
        Event::FileDone { row, outcome } => {
            counts.num_done += usize::from(counts.begun.remove(&row));
            json!({
                "event": "file_done",
                "row": row,
                "status": outcome.status.word(),
                "source": outcome.source.map(Source::word),
                "bytes": outcome.bytes,
                "files_done": counts.num_done,
            })
        }
        Event::Warning(message) => json!({"event": "warning", "message": message}),
        Event::Finished => json!({"event": "finished"}),
        // The events may grow; one that is new here is told as it stands.
        other => json!({"event": "other", "message": format!("{other:?}")}),
    }
}
