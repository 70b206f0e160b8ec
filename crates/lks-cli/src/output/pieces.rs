//! Text for people in pieces.

use lksearch::Error;

use super::Destination;
use crate::visible::Visible;

/// Lines that are written together once they are so many bytes.
const PIECE: usize = 64 << 10;

/// Lines of text that are not held.
pub(crate) struct Pieces<'a> {
    destination: &'a Destination,
    piece: Visible,
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(destination: &'a Destination) -> Self {
        let piece = Visible::default();
        Self { destination, piece }
    }

    pub(crate) fn push(&mut self, line: &Visible) -> Result<(), Error> {
        self.piece.append(line);
        match self.piece.as_str().len() < PIECE {
            true => Ok(()),
            false => self.destination.write_text(&std::mem::take(&mut self.piece)),
        }
    }

    pub(crate) fn finish(self) -> Result<(), Error> {
        self.destination.write_text(&self.piece)
    }
}
