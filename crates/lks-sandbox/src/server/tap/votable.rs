//! Answers as VOTables in three serialisations, as CSV and as JSON, and what a service says of itself.

use bytes::Bytes;
use serde_json::{Value, json};

use super::evaluate::Rows;
use crate::server::reply::Reply;
use crate::server::s3::escape;
use crate::world::stars::{Cell, Column, Datatype};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Serialisation {
    TableData,
    Binary,
    Binary2,
    Csv,
    Json,
}

impl Serialisation {
    /// By the words of a `FORMAT`; what is just a VOTable is written as the service likes.
    pub(super) fn named(format: &str, default: Self) -> Result<Self, String> {
        let format = format.to_ascii_lowercase();
        Ok(match format.as_str() {
            "votable" | "application/x-votable+xml" | "text/xml" => default,
            "csv" | "text/csv" => Self::Csv,
            "json" | "application/json" => Self::Json,
            _ if format.ends_with("/td") || format.ends_with("=tabledata") => Self::TableData,
            _ if format.ends_with("/b2") || format.ends_with("=binary2") => Self::Binary2,
            _ if format.ends_with("/b") || format.ends_with("=binary") => Self::Binary,
            _ => {
                return Err(format!(
                    "FORMAT '{format}' is unknown; there are votable, votable/td, votable/b, votable/b2, csv and json"
                ));
            }
        })
    }
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\">\n";

pub(super) const AVAILABILITY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <vosi:availability xmlns:vosi=\"http://www.ivoa.net/xml/VOSIAvailability/v1.0\"><vosi:available>true</vosi:available></vosi:availability>";

/// Clients that list tables get none, and ask `TAP_SCHEMA`.
pub(super) const NO_TABLES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <vosi:tableset xmlns:vosi=\"http://www.ivoa.net/xml/VOSITables/v1.0\"></vosi:tableset>";

/// What a service says of itself; pyvo reads the limit from it.
pub(super) fn capabilities(base: &str) -> Reply {
    let base = escape(base);
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <vosi:capabilities xmlns:vosi=\"http://www.ivoa.net/xml/VOSICapabilities/v1.0\" xmlns:tr=\"http://www.ivoa.net/xml/TAPRegExt/v1.0\" \
         xmlns:vs=\"http://www.ivoa.net/xml/VODataService/v1.1\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n\
         <capability standardID=\"ivo://ivoa.net/std/TAP\" xsi:type=\"tr:TableAccess\">\n\
         <interface role=\"std\" xsi:type=\"vs:ParamHTTP\"><accessURL use=\"base\">{base}</accessURL></interface>\n\
         <language><name>ADQL</name><version>2.0</version></language>\n\
         <outputFormat><mime>application/x-votable+xml</mime><alias>votable</alias></outputFormat>\n\
         <uploadMethod ivo-id=\"ivo://ivoa.net/std/TAPRegExt#upload-inline\"/>\n\
         <outputLimit><default unit=\"row\">10000</default><hard unit=\"row\">2000000</hard></outputLimit>\n\
         </capability>\n</vosi:capabilities>"
    );
    Reply::with_body(200, "text/xml", body)
}

pub(super) fn error(status: u16, words: &str) -> Reply {
    let body = format!(
        "{HEAD}<RESOURCE type=\"results\"><INFO name=\"QUERY_STATUS\" value=\"ERROR\">{}</INFO></RESOURCE>\n</VOTABLE>\n",
        escape(words)
    );
    Reply::with_body(status, "application/x-votable+xml", body)
}

pub(super) fn reply(rows: &Rows, serialisation: Serialisation) -> Reply {
    match serialisation {
        Serialisation::Csv => Reply::with_body(200, "text/csv", csv(rows)),
        Serialisation::Json => Reply::json(200, &to_json(rows)),
        Serialisation::TableData | Serialisation::Binary | Serialisation::Binary2 => {
            let words = document(rows, "result", serialisation);
            Reply::with_body(200, "application/x-votable+xml", Bytes::from(words))
        }
    }
}

/// A document with one table, whose status stands before it, and after it where it is cut off.
pub(super) fn document(rows: &Rows, name: &str, serialisation: Serialisation) -> String {
    let mut text = format!(
        "{HEAD}<RESOURCE type=\"results\">\n<INFO name=\"QUERY_STATUS\" value=\"OK\"/>\n<TABLE name=\"{}\">\n",
        escape(name)
    );
    for column in &rows.columns {
        push_field(&mut text, column, serialisation);
    }
    text.push_str("<DATA>\n");
    match serialisation {
        Serialisation::Binary => push_stream(&mut text, rows, "BINARY", false),
        Serialisation::Binary2 => push_stream(&mut text, rows, "BINARY2", true),
        _ => push_cells(&mut text, rows),
    }
    text.push_str("</DATA>\n</TABLE>\n");
    if rows.is_cut {
        text.push_str("<INFO name=\"QUERY_STATUS\" value=\"OVERFLOW\"/>\n");
    }
    text.push_str("</RESOURCE>\n</VOTABLE>\n");
    text
}

/// The integer that stands for null where rows have no other word for it.
fn null_of(datatype: Datatype) -> Option<i64> {
    match datatype {
        Datatype::Int => Some(i64::from(i32::MIN)),
        Datatype::Long => Some(i64::MIN),
        Datatype::Float | Datatype::Double | Datatype::Char => None,
    }
}

fn push_field(text: &mut String, column: &Column, serialisation: Serialisation) {
    let (name, datatype) = (escape(&column.name), column.datatype.name());
    let id = identifier(&column.name);
    text.push_str(&format!("<FIELD ID=\"{id}\" name=\"{name}\" datatype=\"{datatype}\""));
    if column.datatype == Datatype::Char {
        text.push_str(" arraysize=\"*\"");
    }
    if !column.unit.is_empty() {
        text.push_str(&format!(" unit=\"{}\"", column.unit));
    }
    match null_of(column.datatype).filter(|_| serialisation != Serialisation::Binary2) {
        Some(null) => text.push_str(&format!("><VALUES null=\"{null}\"/></FIELD>\n")),
        None => text.push_str("/>\n"),
    }
}

/// The name as an XML identifier, by which TapPlus calls its columns.
fn identifier(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let words: String = name.chars().map(plain).collect();
    match words.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("_{words}"),
        false => words,
    }
}

fn push_cells(text: &mut String, rows: &Rows) {
    text.push_str("<TABLEDATA>\n");
    for row in &rows.rows {
        text.push_str("<TR>");
        for cell in row {
            match cell {
                Cell::Null => text.push_str("<TD/>"),
                Cell::Integer(integer) => text.push_str(&format!("<TD>{integer}</TD>")),
                Cell::Float(float) => text.push_str(&format!("<TD>{float:?}</TD>")),
                Cell::Text(words) => text.push_str(&format!("<TD>{}</TD>", escape(words))),
            }
        }
        text.push_str("</TR>\n");
    }
    text.push_str("</TABLEDATA>\n");
}

fn push_stream(text: &mut String, rows: &Rows, name: &str, has_masks: bool) {
    let mut bytes = Vec::new();
    for row in &rows.rows {
        if has_masks {
            let mut mask = vec![0_u8; row.len().div_ceil(8)];
            for (number, cell) in row.iter().enumerate() {
                mask[number / 8] |= u8::from(*cell == Cell::Null) << (7 - number % 8);
            }
            bytes.extend(mask);
        }
        for (column, cell) in rows.columns.iter().zip(row) {
            push_bytes(&mut bytes, column.datatype, cell);
        }
    }
    text.push_str(&format!("<{name}><STREAM encoding=\"base64\">\n"));
    push_base64(text, &bytes);
    text.push_str(&format!("</STREAM></{name}>\n"));
}

fn push_bytes(bytes: &mut Vec<u8>, datatype: Datatype, cell: &Cell) {
    let integer = || match cell {
        Cell::Integer(integer) => *integer,
        Cell::Float(float) => *float as i64,
        Cell::Null | Cell::Text(_) => null_of(datatype).unwrap_or_default(),
    };
    let float = || match cell {
        Cell::Integer(integer) => *integer as f64,
        Cell::Float(float) => *float,
        Cell::Null | Cell::Text(_) => f64::NAN,
    };
    match datatype {
        Datatype::Int => bytes.extend(i32::try_from(integer()).unwrap_or(i32::MIN).to_be_bytes()),
        Datatype::Long => bytes.extend(integer().to_be_bytes()),
        Datatype::Float => bytes.extend((float() as f32).to_be_bytes()),
        Datatype::Double => bytes.extend(float().to_be_bytes()),
        Datatype::Char => {
            let words = match cell {
                Cell::Text(words) => words.as_str(),
                _ => "",
            };
            bytes.extend((words.len() as u32).to_be_bytes());
            bytes.extend(words.as_bytes());
        }
    }
}

/// In lines of 64 characters.
fn push_base64(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for line in bytes.chunks(48) {
        for three in line.chunks(3) {
            let all = three.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
            for place in 0..4 {
                let digit = (all >> (18 - 6 * place)) & 63;
                text.push(if place > three.len() {
                    '='
                } else {
                    char::from(DIGITS[digit as usize])
                });
            }
        }
        text.push('\n');
    }
}

fn csv(rows: &Rows) -> String {
    let names: Vec<&str> = rows.columns.iter().map(|column| column.name.as_str()).collect();
    let mut text = names.join(",") + "\n";
    for row in &rows.rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| match cell {
                Cell::Null => String::new(),
                Cell::Integer(integer) => integer.to_string(),
                Cell::Float(float) => format!("{float:?}"),
                Cell::Text(words) => format!("\"{}\"", words.replace('"', "\"\"")),
            })
            .collect();
        text.push_str(&(cells.join(",") + "\n"));
    }
    text
}

fn to_json(rows: &Rows) -> Value {
    let cell = |cell: &Cell| match cell {
        Cell::Null => Value::Null,
        Cell::Integer(integer) => json!(integer),
        Cell::Float(float) => json!(float),
        Cell::Text(words) => json!(words),
    };
    let metadata: Vec<Value> = rows.columns.iter().map(|column| json!({"name": column.name})).collect();
    let data: Vec<Value> = rows.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let status = if rows.is_cut { "OVERFLOW" } else { "OK" };
    json!({"metadata": metadata, "data": data, "status": status})
}
