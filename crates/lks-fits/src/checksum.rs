//! The 32-bit ones-complement sum of FITS 4.0, section 4.4.2.7 and appendix J, and its text form.

/// Sum of a byte stream taken as big-endian 32-bit words; the stream may come in pieces of any length.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    total: u64,
    /// Bytes of an unfinished word, and how many there are.
    pending: u32,
    num_pending: u32,
}

impl Sum {
    /// Adds bytes.
    pub fn add(&mut self, mut bytes: &[u8]) {
        while self.num_pending > 0 {
            let Some((&byte, rest)) = bytes.split_first() else {
                return;
            };
            bytes = rest;
            self.push(byte);
        }
        let (words, rest) = bytes.as_chunks::<8>();
        let mut carries = 0;
        let mut total = self.total;
        for word in words {
            // 2^64 - 1 is a multiple of 2^32 - 1, so wide words can be added first and folded at the end.
            let (sum, carry) = total.overflowing_add(u64::from_be_bytes(*word));
            total = sum;
            carries += u64::from(carry);
        }
        self.total = add(total, carries);
        for &byte in rest {
            self.push(byte);
        }
    }

    /// Of 32-bit words that add up to this.
    pub fn of_words(total: u64) -> Self {
        Self {
            total,
            ..Self::default()
        }
    }

    /// Adds the sum of the next part of the stream, of whole words unless it is the last one.
    pub fn join(&mut self, other: Self) {
        // Behind n bytes of a word, each word counts as if it were turned by as many.
        let turned = other.value().rotate_right(8 * self.num_pending);
        self.total = add(self.total, u64::from(turned));
    }

    /// The sum so far; an unfinished word counts as if zeros followed.
    pub fn value(&self) -> u32 {
        let pending = if self.num_pending == 0 {
            0
        } else {
            self.pending << (8 * (4 - self.num_pending))
        };
        let mut sum = add(self.total, u64::from(pending));
        while sum >> 32 != 0 {
            sum = (sum & 0xffff_ffff) + (sum >> 32);
        }
        // Bounded by the loop above.
        sum as u32
    }

    fn push(&mut self, byte: u8) {
        self.pending = self.pending << 8 | u32::from(byte);
        self.num_pending += 1;
        if self.num_pending == 4 {
            self.total = add(self.total, u64::from(self.pending));
            (self.pending, self.num_pending) = (0, 0);
        }
    }
}

fn add(left: u64, right: u64) -> u64 {
    let (sum, carry) = left.overflowing_add(right);
    sum + u64::from(carry)
}

/// The 16 characters that bring the sum of an HDU to `ffffffff`, where `sum` is the one with sixteen `0` in their place.
pub(crate) fn encode(sum: u32) -> [u8; 16] {
    let complement = !sum;
    let mut text = [0; 16];
    for (index, byte) in complement.to_be_bytes().into_iter().enumerate() {
        let quotient = byte / 4 + b'0';
        let mut four = [quotient + byte % 4, quotient, quotient, quotient];
        // Punctuation is avoided by moving one unit between the two of a pair.
        while four.iter().any(|&character| !character.is_ascii_alphanumeric()) {
            for pair in four.chunks_exact_mut(2) {
                if pair.iter().any(|&character| !character.is_ascii_alphanumeric()) {
                    pair[0] += 1;
                    pair[1] -= 1;
                }
            }
        }
        for (row, character) in four.into_iter().enumerate() {
            text[4 * row + index] = character;
        }
    }
    text.rotate_right(1);
    text
}

#[cfg(test)]
mod tests;
