//! VOTable: the first table of results, in any of the serialisations that hold rows, and what is said beside it.
//!
//! The format is the [IVOA's VOTable 1.4](https://www.ivoa.net/documents/VOTable/). The rows of a cell-by-cell serialisation are never copied
//! as a whole: beside the input and the columns of the result, reading takes some kilobytes.

mod binary;
mod field;
mod tabledata;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use self::field::{Field, attribute, character};
use crate::decode::{RowBuilder, utf8};
use crate::error::{Error, InputPosition};
use crate::table::Table;
use crate::types::ColumnTypes;

/// A VOTable: its rows, and what stands beside them.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Votable {
    /// The first table outside resources of type `meta`; `None` in a document without one, as a service sends it that reports an error.
    pub table: Option<Table>,
    /// All `INFO` elements in their order, wherever they stand.
    pub infos: Vec<VotableInfo>,
}

/// An `INFO` element, by which services tell how a query ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VotableInfo {
    /// Its name, such as `QUERY_STATUS`.
    pub name: String,
    /// Its value, such as `OVERFLOW`.
    pub value: String,
    /// Its content, without blanks at the ends.
    pub text: String,
}

/// The first table of a VOTable. Types are those of its fields, or what the caller knows; units become the columns' metadata. An empty cell is
/// null, and so is a NaN of `BINARY`, which has no other null; arrays are kept as text.
///
/// # Errors
/// [`Error::Malformed`] for XML that is broken or cut, rows with more or fewer cells than fields, a table in `FITS` or in another file, and a
/// document without a table.
pub fn votable(bytes: &[u8], types: &ColumnTypes) -> Result<Table, Error> {
    let no_table = || Error::Malformed {
        format: "VOTable",
        position: None,
        message: "it holds no TABLE".to_owned(),
    };
    votable_document(bytes, types)?.table.ok_or_else(no_table)
}

/// A whole VOTable, whose `INFO` elements say whether the table is complete. The table is read as by [`votable`].
///
/// # Errors
/// As [`votable`], but that there may be no table.
pub fn votable_document(bytes: &[u8], types: &ColumnTypes) -> Result<Votable, Error> {
    let mut reader = Reader::from_str(utf8(bytes)?);
    let mut walk = Walk::default();
    loop {
        let event = reader
            .read_event()
            .map_err(|error| malformed(&reader, error.to_string()))?;
        match &event {
            Event::Start(tag) => {
                walk.open.push(local(tag));
                walk.enter(&mut reader, tag, types, true)?;
            }
            Event::Empty(tag) => walk.enter(&mut reader, tag, types, false)?,
            Event::End(_) => walk.leave(types)?,
            Event::Eof if walk.open.is_empty() && walk.has_root => return Ok(walk.document),
            Event::Eof => return Err(malformed(&reader, "it ends before it is complete".to_owned())),
            _ => {}
        }
    }
}

/// Where in the document the reader is, and what was found.
#[derive(Default)]
struct Walk {
    document: Votable,
    fields: Vec<Field>,
    has_root: bool,
    /// The local names of the elements that are open.
    open: Vec<Vec<u8>>,
    /// How many elements were open when a resource began that holds no results.
    meta: Option<usize>,
}

impl Walk {
    /// An element begins; what is read to its end here is closed here, too.
    fn enter(
        &mut self,
        reader: &mut Reader<&[u8]>,
        tag: &BytesStart<'_>,
        types: &ColumnTypes,
        has_content: bool,
    ) -> Result<(), Error> {
        let wants_table = self.document.table.is_none() && self.meta.is_none();
        let fault = |reader: &Reader<&[u8]>| {
            let position = reader.buffer_position();
            move |message| malformed_at(position, message)
        };
        match tag.local_name().as_ref() {
            b"VOTABLE" => self.has_root = true,
            b"RESOURCE" if has_content && self.meta.is_none() => {
                let kind = attribute(tag, "type").map_err(fault(reader))?;
                self.meta = (kind.as_deref() == Some("meta")).then_some(self.open.len());
            }
            b"INFO" => {
                let value = |name| attribute(tag, name).map(Option::unwrap_or_default);
                let (name, value) = (value("name"), value("value"));
                let (name, value) = (name.map_err(fault(reader))?, value.map_err(fault(reader))?);
                let text = match has_content {
                    true => self.content(reader)?,
                    false => String::new(),
                };
                self.document.infos.push(VotableInfo { name, value, text });
            }
            b"TABLE" if wants_table => self.fields.clear(),
            b"FIELD" if wants_table => self.fields.push(Field::of(tag).map_err(fault(reader))?),
            // Of a parameter, it says nothing of the column before it.
            b"VALUES" if wants_table && self.parent(has_content) == Some(b"FIELD") => {
                let null = attribute(tag, "null").map_err(fault(reader))?;
                if let (Some(field), Some(null)) = (self.fields.last_mut(), null) {
                    field.set_null(null);
                }
            }
            b"TABLEDATA" if wants_table && has_content => {
                self.found(tabledata::rows(reader, &self.fields, types)?)?;
                self.open.pop();
            }
            b"BINARY" | b"BINARY2" if wants_table && has_content => {
                let masks = match tag.local_name().as_ref() {
                    b"BINARY2" => binary::Masks::Before,
                    _ => binary::Masks::None,
                };
                self.found(binary::rows(reader, &self.fields, types, masks)?)?;
                self.open.pop();
            }
            b"FITS" if wants_table => {
                let message = "its rows are in FITS; TABLEDATA, BINARY and BINARY2 are read".to_owned();
                return Err(malformed(reader, message));
            }
            _ => {}
        }
        Ok(())
    }

    /// The element that was opened last ends.
    fn leave(&mut self, types: &ColumnTypes) -> Result<(), Error> {
        let is_table = self.open.pop().as_deref() == Some(b"TABLE");
        // A table may have fields and no data.
        if is_table && self.document.table.is_none() && self.meta.is_none() {
            let types = known(&self.fields, types);
            self.found(with_fields(&self.fields, &types)?.finish()?)?;
        }
        if self.meta.is_some_and(|meta| self.open.len() < meta) {
            self.meta = None;
        }
        Ok(())
    }

    /// The element that the current one is in.
    fn parent(&self, is_open: bool) -> Option<&[u8]> {
        let above = self.open.len().checked_sub(1 + usize::from(is_open))?;
        self.open.get(above).map(Vec::as_slice)
    }

    fn found(&mut self, table: Table) -> Result<(), Error> {
        let units = self.fields.iter().filter_map(Field::unit);
        let units: Vec<(&str, &str)> = units.collect();
        self.document.table = Some(if units.is_empty() {
            table
        } else {
            table.with_units(&units)?
        });
        Ok(())
    }

    /// The text of the element that was opened last, up to its end.
    fn content(&mut self, reader: &mut Reader<&[u8]>) -> Result<String, Error> {
        let mut text = String::new();
        let depth = self.open.len();
        while self.open.len() >= depth {
            let event = next(reader)?;
            match &event {
                Event::Start(tag) => self.open.push(local(tag)),
                Event::End(_) => {
                    self.open.pop();
                }
                _ => push_text(reader, &event, &mut text)?,
            }
        }
        Ok(text.trim().to_owned())
    }
}

/// The next event before the end of the document.
fn next<'a>(reader: &mut Reader<&'a [u8]>) -> Result<Event<'a>, Error> {
    match reader.read_event() {
        Ok(Event::Eof) => Err(malformed(reader, "it ends before it is complete".to_owned())),
        Ok(event) => Ok(event),
        Err(error) => Err(malformed(reader, error.to_string())),
    }
}

/// Appends what the event has of text.
fn push_text(reader: &Reader<&[u8]>, event: &Event<'_>, text: &mut String) -> Result<(), Error> {
    let fault = |message: String| malformed(reader, message);
    match event {
        Event::Text(piece) => {
            let piece = piece.xml_content(XmlVersion::Implicit1_0);
            text.push_str(&piece.map_err(|error| fault(error.to_string()))?);
        }
        Event::CData(piece) => text.push_str(&piece.decode().map_err(|error| fault(error.to_string()))?),
        Event::GeneralRef(reference) => text.push(character(reference).map_err(fault)?),
        _ => {}
    }
    Ok(())
}

/// The types of the fields, where the caller does not know better.
fn known(fields: &[Field], types: &ColumnTypes) -> ColumnTypes {
    let known = |field: &Field| types.get(&field.name).unwrap_or(field.column_type());
    ColumnTypes::new(fields.iter().map(|field| (field.name.as_str(), known(field))))
}

fn with_fields<'t>(fields: &[Field], types: &'t ColumnTypes) -> Result<RowBuilder<'t>, Error> {
    let names = fields.iter().map(|field| field.name.as_str());
    RowBuilder::new(types).with_columns(names).map_err(Error::Shape)
}

fn local(tag: &BytesStart<'_>) -> Vec<u8> {
    tag.local_name().as_ref().to_vec()
}

fn malformed(reader: &Reader<&[u8]>, message: String) -> Error {
    malformed_at(reader.buffer_position(), message)
}

fn malformed_at(position: u64, message: String) -> Error {
    Error::Malformed {
        format: "VOTable",
        position: Some(InputPosition::Byte(position)),
        message,
    }
}

#[cfg(test)]
mod tests;
