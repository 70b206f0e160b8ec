//! Formats of table columns: `TFORM` of binary tables (FITS 4.0, table 18) and of ASCII tables (table 15).

/// Type of one element of a binary table's cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Logical,
    Bit,
    UInt8,
    Int16,
    Int32,
    Int64,
    Character,
    Float32,
    Float64,
    Complex32,
    Complex64,
}

impl Element {
    fn parse(code: u8) -> Option<Self> {
        Some(match code {
            b'L' => Self::Logical,
            b'X' => Self::Bit,
            b'B' => Self::UInt8,
            b'I' => Self::Int16,
            b'J' => Self::Int32,
            b'K' => Self::Int64,
            b'A' => Self::Character,
            b'E' => Self::Float32,
            b'D' => Self::Float64,
            b'C' => Self::Complex32,
            b'M' => Self::Complex64,
            _ => return None,
        })
    }

    /// Bytes of the words that are big-endian in the file; a complex number has two.
    pub(crate) fn word(self) -> usize {
        match self {
            Self::Logical | Self::Bit | Self::UInt8 | Self::Character => 1,
            Self::Int16 => 2,
            Self::Int32 | Self::Float32 | Self::Complex32 => 4,
            Self::Int64 | Self::Float64 | Self::Complex64 => 8,
        }
    }

    /// Bytes of `n` elements; `None` beyond 64 bits.
    pub(crate) fn size_of(self, n: u64) -> Option<u64> {
        match self {
            Self::Bit => Some(n.div_ceil(8)),
            Self::Logical | Self::UInt8 | Self::Character => Some(n),
            Self::Int16 => n.checked_mul(2),
            Self::Int32 | Self::Float32 => n.checked_mul(4),
            Self::Int64 | Self::Float64 | Self::Complex32 => n.checked_mul(8),
            Self::Complex64 => n.checked_mul(16),
        }
    }
}

/// Where a cell's elements lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// In the row: so many elements.
    Fixed(u64, Element),
    /// In the heap; the row holds 32-bit number and offset (`P`) if there is a descriptor at all (`0P` has none).
    Heap32(bool, Element),
    /// The same with 64 bits (`Q`).
    Heap64(bool, Element),
}

impl Form {
    /// Reads `TFORM` as `D`, `16A`, `1PE(20)`; what follows the type is a convention and is skipped.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let repeat: u64 = if digits == 0 { 1 } else { text[..digits].parse().ok()? };
        let rest = &text.as_bytes()[digits..];
        let form = match rest.first()? {
            b'P' if repeat <= 1 => Self::Heap32(repeat == 1, Element::parse(*rest.get(1)?)?),
            b'Q' if repeat <= 1 => Self::Heap64(repeat == 1, Element::parse(*rest.get(1)?)?),
            code => Self::Fixed(repeat, Element::parse(*code)?),
        };
        form.checked_width().map(|_| form)
    }

    /// Type of the elements, wherever they lie.
    pub(crate) fn element(self) -> Element {
        match self {
            Self::Fixed(_, element) | Self::Heap32(_, element) | Self::Heap64(_, element) => element,
        }
    }

    /// Bytes of a cell in its row.
    pub(crate) fn width(self) -> u64 {
        self.checked_width().unwrap_or(0)
    }

    fn checked_width(self) -> Option<u64> {
        match self {
            Self::Fixed(repeat, element) => element.size_of(repeat),
            Self::Heap32(present, _) => Some(if present { 8 } else { 0 }),
            Self::Heap64(present, _) => Some(if present { 16 } else { 0 }),
        }
    }
}
