//! What the pages of a Parquet file unfold to, as their headers say: who unpacks them makes room for as much. Pure.
//!
//! A header is a Thrift struct `PageHeader` (<https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>) in the compact
//! protocol (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>).

/// The encoding in which each text says how much of the one before it repeats.
const DELTA_BYTE_ARRAY: i64 = 7;
/// Structs within each other; those of Parquet are three.
const MAX_DEPTH: usize = 8;

/// The pages of a column in a row group.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pages {
    /// Bytes of all of them, unpacked.
    pub(super) num_bytes: u64,
    /// Most bytes of a text that may be spelled out of a few: it has no more than its page.
    pub(super) longest_repeated: u64,
}

impl Pages {
    /// Of the bytes of a column chunk; `None` if they are not pages.
    pub(super) fn of(chunk: &[u8]) -> Option<Self> {
        let mut pages = Self::default();
        let mut rest = Compact(chunk);
        while !rest.0.is_empty() {
            let (num_bytes, packed, is_repeated) = rest.page_header()?;
            rest.0 = rest.0.get(usize::try_from(packed).ok()?..)?;
            let num_bytes = u64::try_from(num_bytes).ok()?;
            pages.num_bytes = pages.num_bytes.saturating_add(num_bytes);
            if is_repeated {
                pages.longest_repeated = pages.longest_repeated.max(num_bytes);
            }
        }
        Some(pages)
    }
}

/// Bytes of the compact protocol, from which values are taken.
struct Compact<'a>(&'a [u8]);

impl Compact<'_> {
    /// Bytes of a page unpacked and packed, and whether its texts repeat those before them.
    fn page_header(&mut self) -> Option<(i64, i64, bool)> {
        let (mut unpacked, mut packed, mut is_repeated) = (None, None, false);
        self.fields(|compact, field, kind| {
            match field {
                2 => unpacked = Some(compact.integer()?),
                3 => packed = Some(compact.integer()?),
                // `DataPageHeader` and `DataPageHeaderV2` have the encoding in other places.
                5 | 8 => compact.fields(|compact, inner, kind| match (field, inner) {
                    (5, 2) | (8, 4) => {
                        is_repeated |= compact.integer()? == DELTA_BYTE_ARRAY;
                        Some(())
                    }
                    _ => compact.skip(kind, MAX_DEPTH),
                })?,
                _ => compact.skip(kind, MAX_DEPTH)?,
            }
            Some(())
        })?;
        Some((unpacked?, packed?, is_repeated))
    }

    /// Gives each field of a struct with its type to `take`, which takes its value.
    fn fields(&mut self, mut take: impl FnMut(&mut Self, i64, u8) -> Option<()>) -> Option<()> {
        let mut field = 0;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            field = match head >> 4 {
                0 => self.integer()?,
                more => field + i64::from(more),
            };
            take(self, field, head & 0x0f)?;
        }
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            // Truth is in the type.
            1 | 2 => Some(()),
            3 => self.byte().map(drop),
            4..=6 => self.varint().map(drop),
            7 => self.bytes(8),
            8 => {
                let length = self.varint()?;
                self.bytes(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let length = match head >> 4 {
                    15 => self.varint()?,
                    length => length.into(),
                };
                (0..length).try_for_each(|_| self.skip_element(head & 0x0f, depth))
            }
            11 => {
                let length = self.varint()?;
                let kinds = if length == 0 { 0 } else { self.byte()? };
                (0..length).try_for_each(|_| {
                    self.skip_element(kinds >> 4, depth)?;
                    self.skip_element(kinds & 0x0f, depth)
                })
            }
            12 => self.fields(|compact, _, kind| compact.skip(kind, depth)),
            _ => None,
        }
    }

    /// In a list a truth value is a byte, so every element has one.
    fn skip_element(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            1 | 2 => self.byte().map(drop),
            other => self.skip(other, depth),
        }
    }

    fn integer(&mut self) -> Option<i64> {
        let zigzag = self.varint()?;
        Some((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self, length: u64) -> Option<()> {
        self.0 = self.0.get(usize::try_from(length).ok()?..)?;
        Some(())
    }
}

#[cfg(test)]
mod tests;
