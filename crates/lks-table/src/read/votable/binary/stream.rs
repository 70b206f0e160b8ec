//! The bytes of a stream of base64, decoded a part at a time.

use std::borrow::Cow;

use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, Engine};

/// Some programs leave the padding away.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Characters that are decoded at a time; a multiple of four.
const AT_A_TIME: usize = 1 << 16;

/// The decoded bytes of the stream, a part at a time.
#[derive(Default)]
pub(super) struct Stream<'a> {
    pub(super) pieces: Vec<Cow<'a, [u8]>>,
    /// The piece, and the place in it, that are decoded next.
    next: (usize, usize),
    characters: Vec<u8>,
    bytes: Vec<u8>,
    start: usize,
    pub(super) num_taken: u64,
}

impl Stream<'_> {
    pub(super) fn is_at_end(&mut self) -> Result<bool, String> {
        Ok(self.start == self.bytes.len() && !self.decode()?)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.take(N).map(exact)
    }

    pub(super) fn take(&mut self, num_bytes: usize) -> Result<&[u8], String> {
        while self.bytes.len() - self.start < num_bytes {
            if !self.decode()? {
                return Err(cut());
            }
        }
        let start = self.start;
        self.start += num_bytes;
        self.num_taken += num_bytes as u64;
        Ok(&self.bytes[start..self.start])
    }

    /// Decodes some more; false at the end.
    fn decode(&mut self) -> Result<bool, String> {
        self.bytes.drain(..self.start);
        self.start = 0;
        self.characters.clear();
        while let Some(piece) = self.pieces.get(self.next.0) {
            let mut left = &piece[self.next.1..];
            while !left.is_empty() && self.characters.len() < AT_A_TIME {
                let room = &left[..left.len().min(AT_A_TIME - self.characters.len())];
                // A line at a time.
                let line = room.iter().position(u8::is_ascii_whitespace);
                self.characters.extend_from_slice(&room[..line.unwrap_or(room.len())]);
                left = &left[line.map_or(room.len(), |end| end + 1)..];
            }
            self.next.1 = piece.len() - left.len();
            if !left.is_empty() {
                break;
            }
            self.next = (self.next.0 + 1, 0);
        }
        if self.characters.is_empty() {
            return Ok(false);
        }
        let decoded = BASE64.decode_vec(&self.characters, &mut self.bytes);
        decoded.map_err(|error| format!("its stream is damaged: {error}"))?;
        Ok(true)
    }
}

pub(super) fn cut() -> String {
    "its stream ends within a row".to_owned()
}

/// The bytes as an array; they were taken by the size of their type.
pub(super) fn exact<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    let size = bytes.len().min(N);
    array[..size].copy_from_slice(&bytes[..size]);
    array
}
