//! Shards of a plan: which rows go together is decided by their URIs alone, so that it is the same in every version and for every plan.

use std::collections::HashSet;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use lks_mast::{CutoutSize, NoFile, Product};
use lks_table::Table;
use sha2::{Digest, Sha256};

use super::header::PlanHeader;
use super::portable::{PortablePlan, hash_of};
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

/// Which rows of a plan go into which of its shards; the rows may come in parts, so that they need not fit into memory.
#[derive(Debug)]
pub struct Sharding {
    header: PlanHeader,
    of: NonZeroU32,
    /// The shard of each row: [`MAX_SHARDS`] of them have numbers of 16 bits.
    numbers: Vec<u16>,
    sizes: Vec<ShardSize>,
    /// Hashes of the URIs so far.
    seen: HashSet<u64>,
}

/// How much is in a shard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShardSize {
    /// Rows.
    pub num_rows: u64,
    /// Bytes of its files, as far as the plan knows them; a file that is listed twice counts once.
    pub num_bytes: u64,
}

impl Sharding {
    /// Of a plan with these columns and metadata; `None` for any other table.
    ///
    /// # Errors
    /// [`Error::Plan`] as for [`PortablePlan::of_table`], if it is a shard itself, or would have more than [`MAX_SHARDS`].
    pub fn of(head: &Table, of: NonZeroU32) -> Result<Option<Self>, Error> {
        let header = PortablePlan::header_of(head)?;
        header.map(|header| Self::of_header(header, of)).transpose()
    }

    fn of_header(header: PlanHeader, of: NonZeroU32) -> Result<Self, Error> {
        if let Some(shard) = header.shard {
            return Err(Error::Plan(format!(
                "it is shard {shard} of a plan; give the whole plan"
            )));
        }
        if of.get() > MAX_SHARDS {
            return Err(Error::Plan(format!(
                "{of} shards are too many; a plan has at most {MAX_SHARDS}"
            )));
        }
        Ok(Self {
            header,
            of,
            numbers: Vec::new(),
            sizes: vec![ShardSize::default(); of.get() as usize],
            seen: HashSet::new(),
        })
    }

    /// The plan.
    pub fn header(&self) -> &PlanHeader {
        &self.header
    }

    /// Takes in the next rows. Of their columns those of a [`Product`] count, and the one that numbers them.
    ///
    /// # Errors
    /// [`Error::Plan`] if a row is not numbered.
    pub fn add(&mut self, rows: &Table) -> Result<(), Error> {
        PortablePlan::check_rows(rows)?;
        for row in rows.rows() {
            let product = Product::of_row(&row, CutoutSize::default());
            let uri = product.as_ref().map_or("", Product::uri);
            let number = Shard::of_uri(uri, self.of).number;
            let size = &mut self.sizes[number as usize];
            size.num_rows += 1;
            if self.seen.insert(hash_of(uri)) {
                let num_bytes = product.as_ref().ok().and_then(Product::size);
                size.num_bytes = size.num_bytes.saturating_add(num_bytes.unwrap_or(0));
            }
            self.numbers.push(u16::try_from(number).unwrap_or(u16::MAX));
        }
        Ok(())
    }

    /// The shard of each row that was taken in.
    pub fn numbers(&self) -> &[u16] {
        &self.numbers
    }

    /// How much is in each shard, by its number.
    pub fn sizes(&self) -> &[ShardSize] {
        &self.sizes
    }

    /// What the shards say of themselves, by their numbers.
    pub fn headers(&self) -> impl Iterator<Item = PlanHeader> + '_ {
        (0..self.of.get()).map(|number| PlanHeader {
            shard: Some(Shard { number, of: self.of }),
            ..self.header.clone()
        })
    }
}

impl PortablePlan {
    /// The shards of the plan, each with the rows of its own; some may have none. See [`Sharding`] for a plan that is too large to be held.
    ///
    /// # Errors
    /// [`Error::Plan`] if it is a shard itself, or would have more than [`MAX_SHARDS`].
    pub fn shards(&self, of: NonZeroU32) -> Result<impl Iterator<Item = Result<Self, Error>> + '_, Error> {
        let mut sharding = Sharding::of_header(self.header.clone(), of)?;
        sharding.add(self.table())?;
        let mut rows = vec![Vec::new(); of.get() as usize];
        for (n, number) in sharding.numbers.iter().enumerate() {
            rows[usize::from(*number)].push(n);
        }
        let headers: Vec<PlanHeader> = sharding.headers().collect();
        let shards = headers.into_iter().zip(rows);
        Ok(shards.map(|(header, rows)| Self::of(header, &self.table().take(&rows)?)))
    }
}

#[cfg(test)]
mod tests;
