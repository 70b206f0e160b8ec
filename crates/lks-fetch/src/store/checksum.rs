//! Checksums that the source announces with a file, and whether the file has them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use crc_fast::CrcAlgorithm;
use http::{HeaderMap, HeaderName, header};
use md5::{Digest, Md5};

use crate::source::validator::text;

/// A checksum of the whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Announced {
    /// In hexadecimal digits.
    Sha256(String),
    /// What S3 computes by itself:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html>.
    Crc64Nvme(u64),
    Crc32c(u32),
    Crc32(u32),
    /// In hexadecimal digits.
    Md5(String),
}

/// The strongest checksum of the whole file among the headers of an S3 answer.
///
/// `whole` says that the answer was about all of the file: an answer to a range may carry the checksum of that part.
pub(crate) fn announced(headers: &HeaderMap, whole: bool) -> Option<Announced> {
    let named = |name: &'static str| text(headers, HeaderName::from_static(name));
    let composite = named("x-amz-checksum-type").is_some_and(|kind| !kind.eq_ignore_ascii_case("FULL_OBJECT"));
    let bytes = |name| named(name).and_then(|text| BASE64_STANDARD.decode(text).ok());
    if whole && !composite && !headers.contains_key(header::CONTENT_RANGE) {
        let sha256 = bytes("x-amz-checksum-sha256")
            .filter(|bytes| bytes.len() == 32)
            .map(|it| Announced::Sha256(hex(&it)));
        let crc64 = || {
            Some(Announced::Crc64Nvme(u64::from_be_bytes(
                bytes("x-amz-checksum-crc64nvme")?.try_into().ok()?,
            )))
        };
        let crc32c = || {
            Some(Announced::Crc32c(u32::from_be_bytes(
                bytes("x-amz-checksum-crc32c")?.try_into().ok()?,
            )))
        };
        let crc32 = || {
            Some(Announced::Crc32(u32::from_be_bytes(
                bytes("x-amz-checksum-crc32")?.try_into().ok()?,
            )))
        };
        if let Some(announced) = sha256.or_else(crc64).or_else(crc32c).or_else(crc32) {
            return Some(announced);
        }
    }
    // Only S3 says what its ETags are made of.
    let is_s3 = named("x-amz-request-id").is_some() || named("server") == Some("AmazonS3");
    let md5 = plain_md5(named("etag"), named("x-amz-server-side-encryption"));
    md5.filter(|_| is_s3).map(Announced::Md5)
}

impl Announced {
    /// Whether the file has it; `sha256` is the file's own hash, in hexadecimal digits.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn holds_for(&self, file: &File, sha256: &str) -> io::Result<bool> {
        Ok(match self {
            Self::Sha256(announced) => announced == sha256,
            Self::Crc64Nvme(announced) => crc(file, CrcAlgorithm::Crc64Nvme)? == *announced,
            Self::Crc32c(announced) => crc(file, CrcAlgorithm::Crc32Iscsi)? == u64::from(*announced),
            Self::Crc32(announced) => crc(file, CrcAlgorithm::Crc32IsoHdlc)? == u64::from(*announced),
            Self::Md5(announced) => {
                let mut hash = Md5::new();
                each_piece(file, |bytes| hash.update(bytes))?;
                hex(&hash.finalize()) == *announced
            }
        })
    }

    /// Its name, for messages.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sha256(_) => "SHA-256",
            Self::Crc64Nvme(_) => "CRC-64",
            Self::Crc32c(_) => "CRC-32C",
            Self::Crc32(_) => "CRC-32",
            Self::Md5(_) => "MD5",
        }
    }
}

/// The hash that an S3 ETag is, if it is one: 32 hexadecimal digits, no parts, no key of the owner's.
fn plain_md5(etag: Option<&str>, encryption: Option<&str>) -> Option<String> {
    let digits = etag?.strip_prefix('"')?.strip_suffix('"')?;
    let plain = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    (plain && encryption.is_none_or(|it| it == "AES256")).then(|| digits.to_ascii_lowercase())
}

fn crc(file: &File, algorithm: CrcAlgorithm) -> io::Result<u64> {
    let mut crc = crc_fast::Digest::new(algorithm);
    each_piece(file, |bytes| crc.update(bytes))?;
    Ok(crc.finalize())
}

fn each_piece(mut file: &File, mut each: impl FnMut(&[u8])) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    let mut buffer = vec![0; 256 << 10];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(n) => each(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
