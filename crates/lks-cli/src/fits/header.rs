//! `lksearch fits header`.

use std::fmt::Write;

use lksearch::Error;
use lksearch::fits::FitsFile;

use crate::output;

/// Bytes of a card.
const CARD: usize = 80;

/// Prints the cards of one HDU as they stand in the file, or of all, each after a line that names the HDU.
pub async fn print(file: &FitsFile, hdu: Option<&str>) -> Result<(), Error> {
    let wanted = match hdu {
        Some(hdu) => file.find(hdu)?..=file.find(hdu)?,
        None => 0..=file.hdus().len() - 1,
    };
    for info in &file.hdus()[wanted] {
        let bytes = file.bytes(info.header_offset..info.data_offset).await?;
        let mut text = String::new();
        if hdu.is_none() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "# HDU {} {}", info.index, info.name);
        }
        output::lines(&(text + &cards(&bytes)))?;
    }
    Ok(())
}

/// One line per card, up to `END`. What is not printable, and could move the cursor of a terminal, becomes a question mark.
fn cards(header: &[u8]) -> String {
    let mut text = String::with_capacity(header.len() + header.len() / CARD);
    for card in header.chunks(CARD) {
        text.extend(card.iter().map(|byte| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '?',
        }));
        text.push('\n');
        if card.starts_with(b"END     ") {
            break;
        }
    }
    text
}
