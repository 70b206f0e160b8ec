//! A plain file as a reader, large parts of which are summed up by several threads.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::panic::resume_unwind;
use std::rc::Rc;

use super::stream::CHUNK;
use crate::BLOCK;
use crate::checksum::Sum;
use crate::source::{read_at, read_some_at};
use crate::table::transpose::num_threads;

/// A place in a file, shared with the reader that moves it on.
#[derive(Clone)]
pub(super) struct FileCursor<'a> {
    file: &'a File,
    offset: Rc<Cell<u64>>,
}

impl Read for FileCursor<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let num_bytes = read_some_at(self.file, buffer, self.offset.get())?;
        self.offset.set(self.offset.get() + num_bytes as u64);
        Ok(num_bytes)
    }
}

impl<'a> FileCursor<'a> {
    pub(super) fn start_of(file: &'a File) -> Self {
        let offset = Rc::new(Cell::new(0));
        Self { file, offset }
    }

    pub(super) fn rewind(&self) {
        self.offset.set(0);
    }

    /// The sum of the next `span` bytes, if they are many and all there.
    pub(super) fn sum(&self, span: u64) -> Option<Sum> {
        let num_threads = num_threads(span) as u64;
        if num_threads == 1 {
            return None;
        }
        let file = self.file;
        let start = self.offset.get();
        let each = span.div_ceil(num_threads).next_multiple_of(BLOCK);
        let part = move |start: u64, end: u64| {
            let mut sum = Sum::default();
            let mut chunk = vec![0; CHUNK];
            let mut offset = start;
            while offset < end {
                let wanted = (end - offset).min(CHUNK as u64);
                let chunk = &mut chunk[..wanted as usize];
                read_at(file, chunk, offset).ok()?;
                sum.add(chunk);
                offset += wanted;
            }
            Some(sum)
        };
        let sum = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..num_threads)
                .map(|number| {
                    (
                        start + (number * each).min(span),
                        start + ((number + 1) * each).min(span),
                    )
                })
                .map(|(start, end)| scope.spawn(move || part(start, end)))
                .collect();
            let parts = threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            // Every part starts on a word boundary.
            parts.reduce(|whole, part| {
                let mut whole = whole?;
                whole.join(part?);
                Some(whole)
            })
        });
        let sum = sum.flatten()?;
        self.offset.set(start + span);
        Some(sum)
    }
}
