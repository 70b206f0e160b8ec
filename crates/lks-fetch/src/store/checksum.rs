//! Checksums that the source announces with a file, and how they are computed.

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
pub(crate) struct Announced {
    pub(crate) algorithm: Algorithm,
    /// In lower-case hexadecimal digits, the highest first.
    pub(crate) digits: String,
}

/// What a checksum is computed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// The store computes it of every file.
    Sha256,
    /// What S3 computes by itself:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html>.
    Crc64Nvme,
    Crc32c,
    Crc32,
    /// What S3 gives as the tag of an object that was not uploaded in parts.
    Md5,
}

/// A checksum while its bytes come.
#[derive(Debug)]
pub(crate) enum Computing {
    Crc(Box<crc_fast::Digest>),
    Md5(Md5),
}

/// The headers of S3, the strongest checksum first.
const HEADERS: [(&str, Algorithm); 4] = [
    ("x-amz-checksum-sha256", Algorithm::Sha256),
    ("x-amz-checksum-crc64nvme", Algorithm::Crc64Nvme),
    ("x-amz-checksum-crc32c", Algorithm::Crc32c),
    ("x-amz-checksum-crc32", Algorithm::Crc32),
];

/// The strongest checksum of the whole file among the headers of an S3 answer.
///
/// `whole` says that the answer was about all of the file: an answer to a range may carry the checksum of that part.
pub(crate) fn announced(headers: &HeaderMap, whole: bool) -> Option<Announced> {
    let named = |name: &'static str| text(headers, HeaderName::from_static(name));
    let composite = named("x-amz-checksum-type").is_some_and(|kind| !kind.eq_ignore_ascii_case("FULL_OBJECT"));
    if whole && !composite && !headers.contains_key(header::CONTENT_RANGE) {
        let found = HEADERS.iter().find_map(|&(name, algorithm)| {
            let bytes = BASE64_STANDARD.decode(named(name)?).ok()?;
            (bytes.len() == algorithm.num_bytes()).then(|| algorithm.says(hex(&bytes)))
        });
        if found.is_some() {
            return found;
        }
    }
    // Only S3 says what its ETags are made of.
    let is_s3 = named("x-amz-request-id").is_some() || named("server") == Some("AmazonS3");
    let md5 = plain_md5(named("etag"), named("x-amz-server-side-encryption"));
    md5.filter(|_| is_s3).map(|digits| Algorithm::Md5.says(digits))
}

impl Algorithm {
    /// Its name, for messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Crc64Nvme => "CRC-64",
            Self::Crc32c => "CRC-32C",
            Self::Crc32 => "CRC-32",
            Self::Md5 => "MD5",
        }
    }

    pub(crate) fn says(self, digits: String) -> Announced {
        let algorithm = self;
        Announced { algorithm, digits }
    }

    fn num_bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Md5 => 16,
            Self::Crc64Nvme => 8,
            Self::Crc32c | Self::Crc32 => 4,
        }
    }

    /// The checksum of nothing, to be fed; `None` for the one that the store computes.
    pub(crate) fn begin(self) -> Option<Computing> {
        let crc = |algorithm| Some(Computing::Crc(Box::new(crc_fast::Digest::new(algorithm))));
        match self {
            Self::Sha256 => None,
            Self::Crc64Nvme => crc(CrcAlgorithm::Crc64Nvme),
            Self::Crc32c => crc(CrcAlgorithm::Crc32Iscsi),
            Self::Crc32 => crc(CrcAlgorithm::Crc32IsoHdlc),
            Self::Md5 => Some(Computing::Md5(Md5::new())),
        }
    }

    /// The checksum of a whole file, in digits; `sha256` is the one that the store computed.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn of(self, mut file: &File, sha256: &str) -> io::Result<String> {
        let Some(mut computing) = self.begin() else {
            return Ok(sha256.to_owned());
        };
        file.seek(SeekFrom::Start(0))?;
        let mut buffer = vec![0; 256 << 10];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(computing.end(self)),
                Ok(n) => computing.add(&buffer[..n]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Computing {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc(crc) => crc.update(bytes),
            Self::Md5(md5) => md5.update(bytes),
        }
    }

    /// In digits, as [`Announced::digits`].
    pub(crate) fn end(self, algorithm: Algorithm) -> String {
        match self {
            Self::Crc(crc) => format!("{:0width$x}", crc.finalize(), width = 2 * algorithm.num_bytes()),
            Self::Md5(md5) => hex(&md5.finalize()),
        }
    }
}

/// The hash that an S3 ETag is, if it is one: 32 hexadecimal digits, no parts, no key of the owner's.
fn plain_md5(etag: Option<&str>, encryption: Option<&str>) -> Option<String> {
    let digits = etag?.strip_prefix('"')?.strip_suffix('"')?;
    let plain = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    (plain && encryption.is_none_or(|it| it == "AES256")).then(|| digits.to_ascii_lowercase())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
