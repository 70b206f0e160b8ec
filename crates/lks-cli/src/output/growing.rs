//! A table whose rows come in parts. Formats that need not know all rows first are written as they come, so that they need not fit into memory.

use std::io::Write;

use lksearch::Error;
use lksearch::table::arrow_array::RecordBatch;
use lksearch::table::arrow_schema::SchemaRef;
use lksearch::table::write::Writer;
use lksearch::table::{ColumnTypes, Table, concat};

use super::{Destination, begin, ended, is_broken_pipe, select, unwritten};
use crate::arguments::Format;

/// The table so far.
pub(crate) struct Growing {
    destination: Destination,
    is_one_table: bool,
    columns: Vec<String>,
    begun: Option<Begun>,
    held: Vec<Table>,
    num_rows: usize,
    is_read: bool,
}

/// A file that has its columns.
struct Begun {
    writer: Writer<Box<dyn Write + Send>>,
    schema: SchemaRef,
    types: ColumnTypes,
    names: Vec<String>,
}

impl Growing {
    /// A table of these columns, or all.
    pub(crate) fn new(destination: Destination, columns: &[String]) -> Self {
        Self {
            destination,
            is_one_table: false,
            columns: columns.to_vec(),
            begun: None,
            held: Vec::new(),
            num_rows: 0,
            is_read: true,
        }
    }

    /// The same table, if the rows are all of one that has columns without any value: they stay.
    #[cfg(feature = "download")]
    pub(crate) fn of_one_table(self, is_one_table: bool) -> Self {
        Self { is_one_table, ..self }
    }

    /// Adds rows. The columns are those of the first ones: what MAST begins to send on the way is left out.
    pub(crate) fn push(&mut self, rows: &Table) -> Result<(), Error> {
        let rows = select(rows, &self.columns)?;
        self.num_rows += rows.num_rows();
        let is_streamed = match self.destination.format() {
            Format::Json | Format::Ndjson | Format::Csv | Format::Ecsv | Format::Parquet | Format::Arrow => true,
            Format::Table | Format::Votable | Format::Fits => false,
        };
        if !is_streamed || (rows.is_empty() && self.begun.is_none()) {
            // Without rows the columns are still told.
            if !rows.is_empty() || self.held.is_empty() {
                self.held.push(rows);
            }
            return Ok(());
        }
        let written = self.write(&rows);
        match written {
            // A reader that has seen enough, such as `head`, is not our failure.
            Err(error) if is_broken_pipe(&error) => {
                self.is_read = false;
                Ok(())
            }
            other => other,
        }
    }

    fn write(&mut self, rows: &Table) -> Result<(), Error> {
        let begun = match &mut self.begun {
            Some(begun) => begun,
            None => self
                .begun
                .insert(Begun::new(&self.destination, rows, self.is_one_table)?),
        };
        begun.write(rows)
    }

    /// Whether anybody still reads it.
    pub(crate) fn is_read(&self) -> bool {
        self.is_read
    }

    pub(crate) fn num_rows(&self) -> usize {
        self.num_rows
    }

    /// Adds what is known of the table only now.
    #[cfg(feature = "download")]
    pub(crate) fn add_metadata(&mut self, metadata: std::collections::HashMap<String, String>) {
        if let Some(begun) = &mut self.begun {
            begun.writer.add_metadata(metadata);
        }
    }

    /// Ends the table. People are shown these columns, or those that were asked for.
    pub(crate) fn finish(self, shown: &[&str]) -> Result<(), Error> {
        if let Some(begun) = self.begun {
            let written = begun.writer.finish().map(drop).map_err(Error::from);
            return ended(written, self.destination);
        }
        let table = concat(&self.held)?;
        if table.is_empty() && self.destination.is_for_people() {
            return Ok(());
        }
        self.destination.write_numbered(&table, &self.columns, shown)
    }
}

impl Begun {
    fn new(destination: &Destination, first: &Table, is_one_table: bool) -> Result<Self, Error> {
        // A column without any value has no type that later values could be of.
        let typed = first
            .column_names()
            .filter_map(|name| Some((name, first.column_type(name)?)));
        let types = ColumnTypes::new(typed);
        let names: Vec<String> = match is_one_table {
            true => first.column_names().map(str::to_owned).collect(),
            false => types.iter().map(|(name, _)| name.to_owned()).collect(),
        };
        let schema = first.select(&names)?.schema().clone();
        let out = destination.writer().map_err(unwritten)?;
        Ok(Self {
            writer: begin(destination.format(), &schema, out)?,
            schema,
            types,
            names,
        })
    }

    fn write(&mut self, rows: &Table) -> Result<(), Error> {
        let rows = rows.with_missing(&self.types)?.select(&self.names)?;
        for batch in rows.batches() {
            let columns = batch.columns().to_vec();
            let batch = RecordBatch::try_new(self.schema.clone(), columns).map_err(lksearch::table::Error::from)?;
            self.writer.batch(&batch)?;
        }
        Ok(())
    }
}
