//! The last steps of a file that came: what it must be, and what the record says of it.

use http::header;
use lks_cache::Facts;

use super::{Arrival, Transfer};
use crate::plan::route::Source;
use crate::report::failure::Failure;
use crate::source::body::About;
use crate::source::validator::text;
use crate::store::buffer::Buffer;
use crate::store::checksum::Announced;
use crate::store::commit::Checks;
use crate::store::content::HEAD;

/// No file of these missions is larger, in bytes.
const LARGEST_FILE: u64 = 64 << 30;
/// How much more than the table says may come: files do grow when they are made again, but not like this.
const MOST_GROWTH: u64 = 16;
const GROWTH_COUNTS_FROM: u64 = 1 << 30;

impl Transfer<'_> {
    /// Looks at the first bytes before much of something else is written.
    pub(super) fn sniff(&self, head: &mut Vec<u8>, bytes: &[u8], about: &About) -> Result<(), Failure> {
        let missing = HEAD - head.len().min(HEAD);
        head.extend_from_slice(&bytes[..bytes.len().min(missing)]);
        if head.len() < HEAD {
            return Ok(());
        }
        let content_type = text(&about.headers, header::CONTENT_TYPE);
        self.form
            .check_head(head, content_type)
            .map_err(|message| Failure::corrupt(message).at(&about.url))
    }

    pub(super) fn check_length(&self, written: u64, total: Option<u64>, explicit_end: bool) -> Result<(), Failure> {
        if let Some(total) = total
            && written != total
        {
            return Err(Failure::corrupt(format!("{written} bytes came instead of {total}")));
        }
        if written == 0 && self.product.size() != Some(0) {
            return Err(Failure::corrupt("nothing came"));
        }
        // Without a length and an explicit end a cut file looks complete; then the table's size decides where nothing else can.
        if let (false, Some(size)) = (explicit_end || self.form.has_structure(), self.product.size())
            && written != size
        {
            return Err(Failure::corrupt(format!(
                "{written} bytes came, the table says {size}, and nothing else tells"
            )));
        }
        Ok(())
    }

    /// What the file must pass; one that was put together of several answers needs the source's word for all of it.
    pub(super) fn checks(
        &self,
        source: Source,
        length: Option<u64>,
        announced: &Option<Announced>,
        is_spliced: bool,
    ) -> Checks {
        Checks {
            form: self.form,
            length,
            announced: announced.clone(),
            trust: self.copies().trust(source),
            all_checks: is_spliced || self.context.all_checks,
            locked: self.locked.cloned(),
        }
    }

    pub(super) async fn publish(
        &self,
        source: Source,
        about: &About,
        checks: Checks,
        buffer: Buffer,
    ) -> Result<Arrival, Failure> {
        self.slot.release();
        let header = |name| text(&about.headers, name).map(str::to_owned);
        let facts = self
            .facts(source)
            .with_url(about.url.clone())
            .with_etag(header(header::ETAG))
            .with_last_modified(header(header::LAST_MODIFIED));
        let (entry, note) = buffer.commit(facts, checks).await?;
        Ok(Arrival {
            entry,
            source,
            url: about.url.clone(),
            note,
            refused: None,
        })
    }

    /// What the record says of a file from there.
    pub(crate) fn facts(&self, source: Source) -> Facts {
        Facts::from_source(source.word()).with_table_size(self.product.size())
    }
}

/// The largest file that is accepted for a product of this size in the table, in bytes.
pub(super) fn largest(table_size: Option<u64>) -> u64 {
    match table_size {
        Some(size) => size.saturating_mul(MOST_GROWTH).clamp(GROWTH_COUNTS_FROM, LARGEST_FILE),
        None => LARGEST_FILE,
    }
}
