//! The index of a sorted segment: blocks of 4096 bytes, each with a checksum, that lead from the first bytes of a hash to a line.
//!
//! ```text
//! block   170 entries of 24 bytes, the unused ones zeros, then the first 16 bytes of the SHA-256 of the block's number and the entries
//! entry   12 bytes of the hash, offset of the line in 8 bytes, its length in 4, the least significant byte first
//! ```
//!
//! The entries are sorted. Above the blocks that lead to lines stand blocks whose entries lead to blocks, up to a single one, the last.

use std::fs::File;
use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::read_whole;
use crate::key::RawKey;

pub(super) const BLOCK: usize = 4096;
const ENTRY: usize = 24;
const PER_BLOCK: usize = 170;
const ENTRIES: usize = PER_BLOCK * ENTRY;
const PREFIX: usize = 12;
/// So many blocks above the lowest ones are kept in memory.
const MOST_KEPT: usize = 512;

pub(super) type Prefix = [u8; PREFIX];
type Block = [u8; BLOCK];

/// Leads from the beginning of a hash to a line, or to a block below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) prefix: Prefix,
    pub(super) offset: u64,
    pub(super) length: u32,
}

/// Where an index lies in a file: its first block, and how many lines it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tree {
    pub(super) first_block: u64,
    pub(super) num_entries: u64,
}

/// Blocks that were read and checked: those of the upper levels, and the last one of the lowest, for looks in the order of the hashes.
#[derive(Debug, Default)]
pub(super) struct Kept {
    upper: Vec<(u64, Box<Block>)>,
    lowest: Option<(u64, Box<Block>)>,
}

pub(super) fn prefix_of(key: &RawKey) -> Prefix {
    std::array::from_fn(|i| key[i])
}

impl Entry {
    fn to_bytes(self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        bytes[..PREFIX].copy_from_slice(&self.prefix);
        bytes[PREFIX..PREFIX + 8].copy_from_slice(&self.offset.to_le_bytes());
        bytes[PREFIX + 8..].copy_from_slice(&self.length.to_le_bytes());
        bytes
    }

    fn of_bytes(bytes: &[u8; ENTRY]) -> Self {
        let array = |from: usize| std::array::from_fn(|i| bytes[from + i]);
        Self {
            prefix: std::array::from_fn(|i| bytes[i]),
            offset: u64::from_le_bytes(array(PREFIX)),
            length: u32::from_le_bytes(std::array::from_fn(|i| bytes[PREFIX + 8 + i])),
        }
    }
}

/// Writes an index of sorted entries whose first block is number `first_block` of the file.
pub(super) fn write(entries: &[Entry], first_block: u64, out: &mut impl Write) -> io::Result<Tree> {
    let tree = Tree {
        first_block,
        num_entries: entries.len() as u64,
    };
    let mut number = first_block;
    let mut above = write_level(entries, &mut number, out)?;
    while above.len() > 1 {
        above = write_level(&above, &mut number, out)?;
    }
    Ok(tree)
}

/// Writes the blocks of these entries, and gives the entries that lead to them.
fn write_level(entries: &[Entry], number: &mut u64, out: &mut impl Write) -> io::Result<Vec<Entry>> {
    let mut above = Vec::with_capacity(entries.len().div_ceil(PER_BLOCK));
    for chunk in entries.chunks(PER_BLOCK) {
        let mut block = [0; BLOCK];
        for (entry, bytes) in chunk.iter().zip(block.chunks_exact_mut(ENTRY)) {
            bytes.copy_from_slice(&entry.to_bytes());
        }
        let sum = sum_of(*number, &block);
        block[ENTRIES..].copy_from_slice(&sum);
        out.write_all(&block)?;
        above.push(Entry {
            prefix: chunk[0].prefix,
            offset: *number,
            length: 0,
        });
        *number += 1;
    }
    Ok(above)
}

fn sum_of(number: u64, block: &Block) -> [u8; BLOCK - ENTRIES] {
    let mut hasher = Sha256::new();
    hasher.update(number.to_le_bytes());
    hasher.update(&block[..ENTRIES]);
    let sum = hasher.finalize();
    std::array::from_fn(|i| sum[i])
}

/// The blocks of one height.
#[derive(Debug, Clone, Copy)]
struct Layer {
    first_block: u64,
    num_entries: u64,
}

impl Layer {
    fn end(self) -> u64 {
        self.first_block + self.num_entries.div_ceil(PER_BLOCK as u64)
    }

    /// How many entries the block of this number has, if it is one of these.
    fn entries_in(self, block: u64) -> Option<usize> {
        let before = block.checked_sub(self.first_block)?.checked_mul(PER_BLOCK as u64)?;
        let left = self.num_entries.checked_sub(before).filter(|left| *left > 0)?;
        Some(usize::try_from(left).map_or(PER_BLOCK, |left| left.min(PER_BLOCK)))
    }
}

impl Tree {
    /// From the blocks that lead to lines to the single one above all.
    fn layers(&self) -> Vec<Layer> {
        let mut layers: Vec<Layer> = Vec::new();
        let (mut first_block, mut num_entries) = (self.first_block, self.num_entries);
        while num_entries > 0 {
            let layer = Layer {
                first_block,
                num_entries,
            };
            layers.push(layer);
            first_block = layer.end();
            num_entries = match num_entries.div_ceil(PER_BLOCK as u64) {
                1 => 0,
                blocks => blocks,
            };
        }
        layers
    }

    /// The number of the block after the last one.
    pub(super) fn end(&self) -> u64 {
        self.layers().last().map_or(self.first_block, |top| top.end())
    }

    /// The entries with this prefix, but not more than `most`; `None` if the index is damaged.
    pub(super) fn find(
        &self,
        file: &File,
        kept: &mut Kept,
        prefix: &Prefix,
        most: usize,
    ) -> io::Result<Option<Vec<Entry>>> {
        let mut found = Vec::new();
        let layers = self.layers();
        let (Some((lowest, upper)), Some(top)) = (layers.split_first(), layers.last()) else {
            return Ok(Some(found));
        };
        let mut number = top.end() - 1;
        for layer in upper.iter().rev() {
            let Some(entries) = kept.upper(file, *layer, number)? else {
                return Ok(None);
            };
            // The first of several equal ones may lie in the block before the one that begins with it.
            let next = first_from(entries, prefix).saturating_sub(1);
            number = Entry::of_bytes(&entries[next]).offset;
        }
        while number < lowest.end() && found.len() < most {
            let Some(entries) = kept.lowest(file, *lowest, number)? else {
                return Ok(None);
            };
            let from = entries[first_from(entries, prefix)..].iter().map(Entry::of_bytes);
            let equal = from.take_while(|entry| entry.prefix == *prefix);
            found.extend(equal.take(most - found.len()));
            if entries.last().is_none_or(|last| last[..PREFIX] > prefix[..]) {
                break;
            }
            number += 1;
        }
        Ok(Some(found))
    }
}

impl Kept {
    fn upper(&mut self, file: &File, layer: Layer, number: u64) -> io::Result<Option<&[[u8; ENTRY]]>> {
        let known = self.upper.iter().position(|(known, _)| *known == number);
        let n = match known {
            Some(n) => n,
            None => {
                let Some(block) = read_block(file, layer, number)? else {
                    return Ok(None);
                };
                if self.upper.len() >= MOST_KEPT {
                    self.upper.pop();
                }
                self.upper.push((number, block));
                self.upper.len() - 1
            }
        };
        Ok(entries_in(&self.upper[n].1, layer, number))
    }

    fn lowest(&mut self, file: &File, layer: Layer, number: u64) -> io::Result<Option<&[[u8; ENTRY]]>> {
        if self.lowest.as_ref().is_none_or(|(known, _)| *known != number) {
            self.lowest = read_block(file, layer, number)?.map(|block| (number, block));
        }
        Ok(self
            .lowest
            .as_ref()
            .and_then(|(_, block)| entries_in(block, layer, number)))
    }
}

/// The entries of a block, at least one; `None` if it is not of this layer.
fn entries_in(block: &Block, layer: Layer, number: u64) -> Option<&[[u8; ENTRY]]> {
    let (entries, _sum) = block.as_chunks();
    layer.entries_in(number).map(|here| &entries[..here])
}

/// The number of the first entry that is not before `prefix`.
fn first_from(entries: &[[u8; ENTRY]], prefix: &Prefix) -> usize {
    entries.partition_point(|entry| entry[..PREFIX] < prefix[..])
}

/// One block; `None` if it is not of this layer, or not as it was written.
fn read_block(file: &File, layer: Layer, number: u64) -> io::Result<Option<Box<Block>>> {
    if layer.entries_in(number).is_none() {
        return Ok(None);
    }
    let mut block = Box::new([0; BLOCK]);
    let is_read = read_whole(file, &mut block[..], number * BLOCK as u64)?;
    let is_intact = is_read && block[ENTRIES..] == sum_of(number, &block);
    Ok(is_intact.then_some(block))
}
