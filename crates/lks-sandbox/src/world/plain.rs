//! Files that are not FITS: text, PDF, XML, tar, and gzip around a FITS file; each of a size known beforehand.

use std::fmt::Write as _;

use super::body::light::Light;
use super::content::Content;

/// Bytes of a line of [`text`].
const LINE: u64 = 33;

/// Largest stored block of a deflate stream (RFC 1951, section 3.2.4).
const STORED: usize = 65_535;

/// What every document says.
const NOTICE: &str = "Synthetic: made by the lksearch sandbox, not mission data.";

/// Bytes of a text file of so many lines.
pub(crate) fn text_size(num_lines: u32) -> u64 {
    u64::from(num_lines) * LINE
}

/// Time and flux, a line for each exposure; the first line says that it is made up.
pub(crate) fn text(content: &Content) -> Vec<u8> {
    let light = Light::of(content);
    let mut out = String::with_capacity(text_size(content.num_rows) as usize);
    for row in 0..content.num_rows {
        let sample = light.sample(row);
        let line = if row == 0 {
            "# synthetic, lksearch sandbox".to_owned()
        } else {
            format!("{:15.7} {:15.9}", sample.time, sample.flux)
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{line:<32}");
    }
    out.into_bytes()
}

/// A PDF of one page and of exactly so many bytes.
pub(crate) fn pdf(name: &str, num_bytes: u32) -> Vec<u8> {
    let shown: String = name.chars().filter(|character| !"()\\".contains(*character)).collect();
    let page = format!("BT /F1 12 Tf 40 780 Td (File {shown}) Tj 0 -24 Td ({NOTICE}) Tj ET");
    let filling = |num_spaces: usize| {
        let mut out = b"%PDF-1.4\n".to_vec();
        let mut places = Vec::new();
        let stream = format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len());
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
            stream,
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        ];
        for (index, object) in objects.iter().enumerate() {
            places.push(out.len());
            out.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
        }
        // A comment fills the file; the size of what follows does not depend on where it stands, since places have ten digits.
        out.push(b'%');
        out.resize(out.len() + num_spaces, b' ');
        out.push(b'\n');
        let start = out.len();
        out.extend_from_slice(b"xref\n0 6\n0000000000 65535 f \n");
        for place in places {
            out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
        }
        out.extend_from_slice(
            format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start:010}\n%%EOF\n").as_bytes(),
        );
        out
    };
    let bare = filling(0).len();
    filling((num_bytes as usize).saturating_sub(bare))
}

/// A validation report as XML, of exactly so many bytes.
pub(crate) fn xml(name: &str, id: u64, num_bytes: u32) -> Vec<u8> {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<!-- {NOTICE} -->\n<dv:dvTargetResults \
         xmlns:dv=\"http://www.nasa.gov/2018/TESS/DV\" ticId=\"{id}\" file=\"{name}\">\n  <dv:planetResults planetNumber=\"1\"/>\n"
    );
    let end = "</dv:dvTargetResults>\n";
    let num_spaces = (num_bytes as usize).saturating_sub(out.len() + end.len() + 1);
    out.extend(std::iter::repeat_n(' ', num_spaces));
    out.push('\n');
    out.push_str(end);
    out.into_bytes()
}

/// A tar archive with one small file (POSIX ustar), of exactly so many bytes.
pub(crate) fn tar(name: &str, num_bytes: u32) -> Vec<u8> {
    let text = format!("{name}\n{NOTICE}\n");
    let mut head = [0_u8; 512];
    let mut put = |at: usize, bytes: &[u8]| head[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"README.txt");
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{:011o}\0", text.len()).as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = head.iter().map(|&byte| u32::from(byte)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut out = head.to_vec();
    out.extend_from_slice(text.as_bytes());
    out.resize(num_bytes as usize, 0);
    out
}

/// Bytes of [`stored_gzip`] of so many bytes: header, a 5-byte head for each stored block, CRC and length.
pub(crate) fn stored_gzip_size(num_bytes: u64) -> u64 {
    10 + num_bytes + 5 * num_bytes.div_ceil(STORED as u64).max(1) + 8
}

/// Gzip without compression: its size follows from the size of what is inside.
pub(crate) fn stored_gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(stored_gzip_size(bytes.len() as u64) as usize);
    // No flags, no time, unknown system.
    out.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
    let num_blocks = bytes.len().div_ceil(STORED).max(1);
    for index in 0..num_blocks {
        let block = &bytes[index * STORED..((index + 1) * STORED).min(bytes.len())];
        let length = block.len() as u16;
        out.push(u8::from(index + 1 == num_blocks));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    out.extend_from_slice(&crc.sum().to_le_bytes());
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out
}
