//! Rows with lists among their cells, in the formats for programs: batch after batch, none of which is held.

use std::io::{self, Seek, Write};
use std::pin::pin;

use futures::{Stream, TryStreamExt};
use lksearch::Error;
use lksearch::fits::write::TableLayout;
use lksearch::table::arrow_array::RecordBatch;
use lksearch::table::arrow_schema::Schema;
use lksearch::table::write::{VotableFields, Writer};

use super::described;
use super::observed::Observed;
use crate::arguments::Format;
use crate::output::{self, Destination};

/// Rows that are read batch after batch, again if need be.
pub(crate) struct Rows<R> {
    /// Gives all batches, and at least one, which has the schema.
    pub(super) read: R,
    pub(super) num_rows: u64,
    /// Whether integers are missing only in columns whose metadata name their `null`.
    pub(super) nulls_are_named: bool,
    /// What a file calls the table.
    pub(super) name: String,
    pub(super) observed: Observed,
}

impl<R> Rows<R> {
    /// Rows that stand in no FITS file.
    pub(crate) fn listed(name: &str, num_rows: u64, read: R) -> Self {
        Self {
            read,
            num_rows,
            nulls_are_named: false,
            name: name.to_owned(),
            observed: Observed::default(),
        }
    }
}

impl<R, S> Rows<R>
where
    R: Fn() -> Result<S, Error> + Sync,
    S: Stream<Item = Result<RecordBatch, Error>> + Send,
{
    /// Prints the rows.
    pub(crate) async fn print(&self, destination: Destination) -> Result<(), Error> {
        let written = match destination.format() {
            Format::Fits => self.fits(&destination).await,
            _ => self.streamed(&destination).await,
        };
        output::ended(written, destination)
    }

    async fn streamed(&self, destination: &Destination) -> Result<(), Error> {
        let mut head = match destination.format() {
            Format::Votable => Some(self.votable_fields().await?),
            _ => None,
        };
        let mut writer = None;
        let mut batches = pin!((self.read)()?);
        while let Some(batch) = batches.try_next().await? {
            let writer = match &mut writer {
                Some(writer) => writer,
                None => {
                    let out = destination.writer().map_err(unwritten)?;
                    writer.insert(match head.take() {
                        Some(fields) => Writer::votable(fields, self.num_rows, out)?,
                        None => begin(destination.format(), &batch.schema(), out)?,
                    })
                }
            };
            writer.batch(&batch)?;
        }
        writer.map_or(Ok(()), |writer| writer.finish().map(drop))?;
        Ok(())
    }

    /// What the head of a VOTable says: of numbers alone the first batch tells it.
    async fn votable_fields(&self) -> Result<VotableFields, Error> {
        let mut batches = pin!((self.read)()?);
        let mut fields: Option<VotableFields> = None;
        while let Some(batch) = batches.try_next().await? {
            let fields = match &mut fields {
                Some(fields) => fields,
                None => fields.insert(VotableFields::new(&described::schema(&batch.schema()))?),
            };
            fields.measure(&batch);
            if !fields.depend_on_rows() {
                break;
            }
        }
        Ok(match fields {
            Some(fields) => fields,
            None => VotableFields::new(&Schema::empty())?,
        })
    }

    /// A FITS file says first how long its texts and lists are: rows that have some are read once more for it.
    async fn fits(&self, destination: &Destination) -> Result<(), Error> {
        let mut batches = pin!((self.read)()?);
        let Some(first) = batches.try_next().await? else {
            return Ok(());
        };
        let layout = TableLayout::new(&first.schema())?
            .with_table_cards(self.observed.table.clone())
            .with_primary_cards(self.observed.primary.clone());
        let known = match self.nulls_are_named {
            true => layout.with_unmeasured_rows(self.num_rows),
            false => Err(layout),
        };
        let (layout, first) = match known {
            Ok(layout) => (layout, Some(first)),
            Err(mut layout) => {
                layout.measure(&first);
                while let Some(batch) = batches.try_next().await? {
                    layout.measure(&batch);
                }
                batches.set((self.read)()?);
                (layout, None)
            }
        };
        // A pipe cannot be gone back in, and the sum of the rows stands before them.
        let file = destination.file().transpose().unwrap_or_else(tempfile::tempfile);
        let mut writer = layout.begin(&self.name, file.map_err(unwritten)?)?;
        if let Some(first) = first {
            writer.batch(&first)?;
        }
        while let Some(batch) = batches.try_next().await? {
            writer.batch(&batch)?;
        }
        let mut file = writer.finish()?;
        if destination.is_file() {
            return Ok(());
        }
        let copied = destination.writer().and_then(|mut out| {
            file.rewind()?;
            io::copy(&mut file, &mut out)?;
            out.flush()
        });
        copied.map_err(unwritten)
    }
}

/// Begins a format that says nothing of its rows first, with units as it spells them.
pub(crate) fn begin(
    format: Format,
    schema: &Schema,
    out: Box<dyn Write + Send>,
) -> Result<Writer<Box<dyn Write + Send>>, Error> {
    match format {
        Format::Ecsv => output::begin(format, &described::schema(schema), out),
        _ => output::begin(format, schema, out),
    }
}

fn unwritten(source: io::Error) -> Error {
    Error::File {
        operation: "write",
        path: "the table".to_owned(),
        source,
    }
}
