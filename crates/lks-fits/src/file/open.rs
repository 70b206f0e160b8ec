//! Opening a file: the walk over its headers, and what is left of a damaged one.

use super::FitsFile;
use super::ahead::Ahead;
use crate::card::CARD;
use crate::source::{Depth, DiskReads, Location, OpenOptions, Source};
use crate::walk::{Keep, Step, Walk};
use crate::{BLOCK, DamageReason, Error, HduKind};

impl FitsFile {
    /// Opens a file and reads its headers.
    ///
    /// Two requests suffice for the headers of most files, large ones too: one for the first 64 KiB and one for the last 32 KiB,
    /// sent at the same time. A gzip file is read and unpacked in full, because nothing in it can be found without. So is a file on a
    /// server that does not answer ranges; see [`Self::came_whole`].
    ///
    /// A local file is read by tokio's threads for blocking work; without tokio, by the thread that polls. [`crate::blocking`] needs no
    /// runtime.
    ///
    /// # Errors
    /// The bytes could not be read, or are not a whole FITS file (the structure is checked, sums are not).
    pub async fn open(location: impl Into<Location>) -> Result<Self, Error> {
        Self::open_with(location, OpenOptions::default()).await
    }

    /// As [`Self::open`], with other sizes of requests.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with(location: impl Into<Location>, options: OpenOptions) -> Result<Self, Error> {
        match Self::salvage(location, options).await? {
            (file, None) => Ok(file),
            (_, Some(reason)) => Err(reason),
        }
    }

    /// Opens what there is of a damaged file: the HDUs up to the damage, which is returned beside them. The data of the last one
    /// may be cut off. So is a file opened that has more headers than are read: [`Error::Unsupported`] is returned beside them.
    ///
    /// # Errors
    /// The bytes could not be read, or not even the first header is there.
    pub async fn salvage(location: impl Into<Location>, options: OpenOptions) -> Result<(Self, Option<Error>), Error> {
        Self::read_headers(location.into(), options, DiskReads::InPool).await
    }

    pub(crate) async fn read_headers(
        location: Location,
        options: OpenOptions,
        disk: DiskReads,
    ) -> Result<(Self, Option<Error>), Error> {
        let source = Source::open(location, options, disk).await?;
        let mut file = Self {
            source,
            hdus: Vec::new(),
            headers: Vec::new(),
        };
        let damage = match file.walk().await {
            Ok(()) => file.packed_damage(file.hdus.len()),
            // What follows from bytes that are missing is not what is wrong.
            Err(Error::Damaged { hdu, offset, reason }) => {
                let damage = Error::Damaged { hdu, offset, reason };
                Some(file.packed_damage(hdu).unwrap_or(damage))
            }
            Err(limit @ Error::Unsupported { .. }) => Some(limit),
            Err(error) => return Err(error),
        };
        match damage {
            Some(damage) if file.hdus.is_empty() => Err(damage),
            damage => Ok((file, damage)),
        }
    }

    /// What ended the unpacking of a packed file, in which HDU.
    fn packed_damage(&self, hdu: usize) -> Option<Error> {
        let reason = self.source.damage()?.clone();
        let offset = self.source.size();
        Some(Error::Damaged { hdu, offset, reason })
    }

    async fn walk(&mut self) -> Result<(), Error> {
        let size = self.source.size();
        let mut walk = Walk::new(Keep::All);
        let mut ahead = Ahead::new(self.source.options().block_size);
        while walk.offset() < size {
            let offset = walk.offset();
            let block = offset..size.min(offset + BLOCK);
            if !self.source.has(block.clone()) {
                let read = self.source.read(ahead.next(offset, size, walk.at_start())).await;
                read.map_err(|error| error.of_hdu(walk.index()))?;
            }
            match walk.block(&self.source.read(block).await?)? {
                Step::More => {}
                Step::Hdu(found) => {
                    let info = found.info;
                    let cut = (info.end() > size).then(|| Error::Damaged {
                        hdu: info.index,
                        offset: info.data_offset,
                        reason: DamageReason::DataCut {
                            expected_end: info.end(),
                            file_size: size,
                        },
                    });
                    let is_deep_enough = match &self.source.options().depth {
                        Depth::All => false,
                        Depth::FirstTable => matches!(info.kind, HduKind::BinaryTable | HduKind::AsciiTable),
                        Depth::Hdu(hdu) => {
                            info.name.eq_ignore_ascii_case(hdu.trim()) || hdu.trim().parse() == Ok(info.index)
                        }
                    };
                    self.hdus.push(info);
                    self.headers.push(found.header);
                    if let Some(cut) = cut {
                        return Err(cut);
                    }
                    if is_deep_enough {
                        return Ok(());
                    }
                }
                Step::Trailing => {
                    // Zeros after the end do no harm; a look at the first card tells them from anything else.
                    let start = self.source.read(offset..size.min(offset + CARD as u64)).await?;
                    if start.iter().all(|&byte| byte == 0) {
                        return Ok(());
                    }
                    let reason = DamageReason::Trailing {
                        starts_with: crate::walk::excerpt(&start),
                    };
                    return Err(walk.damage(offset, reason));
                }
            }
        }
        walk.end(size)
    }
}
