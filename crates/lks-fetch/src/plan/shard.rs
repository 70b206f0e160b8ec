//! Shards of a plan: which rows go together is decided by their URIs alone, so that it is the same in every version and for every plan.

use std::collections::HashSet;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use lks_mast::{CutoutSize, NoFile, Product};
use sha2::{Digest, Sha256};

use super::portable::PortablePlan;
use crate::error::Error;

/// Most shards of a plan: each is a file.
pub const MAX_SHARDS: u32 = 1 << 16;

/// One of so many shards of a plan. As text `3/8`: the fourth of eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Shard {
    /// Its number, from 0 and below `of`.
    pub number: u32,
    /// How many there are.
    pub of: NonZeroU32,
}

impl Shard {
    /// The shard that a product belongs to: the first 8 bytes of the SHA-256 of its URI as a number (the first byte is the highest), times `of`, divided by 2⁶⁴.
    ///
    /// ```
    /// use std::num::NonZeroU32;
    ///
    /// let of = NonZeroU32::new(8).expect("8 is not 0");
    /// let uri = "mast:TESS/product/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
    /// assert_eq!(lks_fetch::Shard::of_uri(uri, of).to_string(), "6/8");
    /// ```
    pub fn of_uri(uri: &str, of: NonZeroU32) -> Self {
        let digest: [u8; 32] = Sha256::digest(uri).into();
        let hash = digest
            .iter()
            .take(8)
            .fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
        let number = (u128::from(hash) * u128::from(of.get())) >> 64;
        Self {
            number: u32::try_from(number).unwrap_or(of.get() - 1),
            of,
        }
    }

    /// The shard that a row of a plan belongs to; those that name no file are all of one.
    pub(crate) fn of_product(product: &Result<Product, NoFile>, of: NonZeroU32) -> Self {
        Self::of_uri(product.as_ref().map_or("", Product::uri), of)
    }

    /// The usual name of its file.
    pub fn filename(self) -> String {
        format!("shard-{:04}.parquet", self.number)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(number, of)| Some((number.parse().ok()?, of.parse::<NonZeroU32>().ok()?)));
        match parts {
            Some((number, of)) if number < of.get() => Ok(Self { number, of }),
            _ => Err(Error::Plan(format!("'{text}' is not a shard, such as 0/8 to 7/8"))),
        }
    }
}

impl PortablePlan {
    /// The shards of the plan, each with the rows of its own; some may have none.
    ///
    /// # Errors
    /// [`Error::Plan`] if it is a shard itself, or would have more than [`MAX_SHARDS`].
    pub fn shards(&self, of: NonZeroU32) -> Result<impl Iterator<Item = Result<Self, Error>> + '_, Error> {
        if let Some(shard) = self.header.shard {
            return Err(Error::Plan(format!(
                "it is shard {shard} of a plan; give the whole plan"
            )));
        }
        if of.get() > MAX_SHARDS {
            return Err(Error::Plan(format!(
                "{of} shards are too many; a plan has at most {MAX_SHARDS}"
            )));
        }
        let mut rows = vec![Vec::new(); of.get() as usize];
        for (n, row) in self.table().rows().enumerate() {
            let product = Product::of_row(&row, CutoutSize::default());
            rows[Shard::of_product(&product, of).number as usize].push(n);
        }
        let shards = (0..of.get()).zip(rows);
        Ok(shards.map(move |(number, rows)| {
            let mut header = self.header.clone();
            header.shard = Some(Shard { number, of });
            Self::of(header, &self.table().take(&rows)?)
        }))
    }

    /// The bytes of its files, as far as the plan knows them; a file that is listed twice counts once.
    pub fn num_bytes(&self) -> u64 {
        let mut seen = HashSet::new();
        let new = self
            .table()
            .rows()
            .filter(|row| seen.insert(row.text("dataURI").unwrap_or_default()));
        new.filter_map(|row| Product::of_row(&row, CutoutSize::default()).ok()?.size())
            .fold(0, u64::saturating_add)
    }
}

#[cfg(test)]
mod tests;
