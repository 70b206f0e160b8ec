//! The elements of a cell of several, as text.

use std::fmt::{Display, Write};

use super::Datatype;
use super::stream::exact;

/// Appends the elements as `TABLEDATA` has them.
pub(super) fn elements(text: &mut String, datatype: Datatype, num_elements: usize, bytes: &[u8]) {
    match datatype {
        Datatype::Char => {
            let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
            match std::str::from_utf8(bytes) {
                Ok(valid) => text.push_str(valid),
                // What is not UTF-8 is the older encoding of western Europe.
                Err(_) => text.extend(bytes.iter().map(|byte| char::from(*byte))),
            }
        }
        Datatype::UnicodeChar => {
            let units = bytes.chunks_exact(2).map(|unit| u16::from_be_bytes(exact(unit)));
            let characters = char::decode_utf16(units.take_while(|unit| *unit != 0));
            text.extend(characters.map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)));
        }
        Datatype::Bit => {
            let bit = |number: usize| bytes[number / 8] & (0x80 >> (number % 8)) != 0;
            text.extend((0..num_elements).map(|number| if bit(number) { '1' } else { '0' }));
        }
        Datatype::Boolean => separated(text, bytes.chunks_exact(1), |text, byte| {
            text.push(match byte {
                [b'T' | b't' | b'1'] => 'T',
                [b'F' | b'f' | b'0'] => 'F',
                _ => '?',
            });
        }),
        Datatype::UnsignedByte => numbers(text, bytes, u8::from_be_bytes),
        Datatype::Short => numbers(text, bytes, i16::from_be_bytes),
        Datatype::Int => numbers(text, bytes, i32::from_be_bytes),
        Datatype::Long => numbers(text, bytes, i64::from_be_bytes),
        Datatype::Float | Datatype::FloatComplex => numbers(text, bytes, f32::from_be_bytes),
        Datatype::Double | Datatype::DoubleComplex => numbers(text, bytes, f64::from_be_bytes),
    }
}

fn numbers<const N: usize, T: Display>(text: &mut String, bytes: &[u8], number: fn([u8; N]) -> T) {
    separated(text, bytes.chunks_exact(N), |text, bytes| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}", number(exact(bytes)));
    });
}

fn separated<'b>(text: &mut String, parts: impl Iterator<Item = &'b [u8]>, mut push: impl FnMut(&mut String, &[u8])) {
    for (number, part) in parts.enumerate() {
        if number > 0 {
            text.push(' ');
        }
        push(text, part);
    }
}
