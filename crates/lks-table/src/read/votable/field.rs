//! What a `FIELD` says of a column.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart};

use crate::types::ColumnType;

/// A column's `FIELD`.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    /// That of a text where it is not known.
    pub(super) datatype: Datatype,
    /// What the field says in place of a type; cells of `TABLEDATA` can be read all the same.
    unknown_datatype: Option<String>,
    pub(super) size: Size,
    /// What stands for null (`VALUES null="-99"`), as it is written, and as a number if it is one.
    null: Option<(String, Option<i64>)>,
    unit: Option<String>,
    is_timestamp: bool,
}

/// The primitive types of a VOTable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Datatype {
    Boolean,
    Bit,
    UnsignedByte,
    Short,
    Int,
    Long,
    Char,
    UnicodeChar,
    Float,
    Double,
    FloatComplex,
    DoubleComplex,
}

/// How many elements a cell has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    One,
    Fixed(usize),
    Variable,
}

impl Field {
    pub(super) fn of(tag: &BytesStart<'_>) -> Result<Self, String> {
        let name = match (attribute(tag, "name")?, attribute(tag, "ID")?) {
            (Some(name), _) | (None, Some(name)) => name,
            (None, None) => return Err("a FIELD has no name".to_owned()),
        };
        let spelled = attribute(tag, "datatype")?.unwrap_or_default();
        let datatype = Datatype::of(&spelled);
        Ok(Self {
            datatype: datatype.unwrap_or(Datatype::Char),
            unknown_datatype: datatype.is_none().then_some(spelled),
            size: match attribute(tag, "arraysize")?.as_deref().map(str::trim) {
                None | Some("" | "1") => Size::One,
                Some(size) => Size::of(size)?,
            },
            null: None,
            unit: attribute(tag, "unit")?.filter(|unit| !unit.trim().is_empty()),
            is_timestamp: attribute(tag, "xtype")?.as_deref() == Some("timestamp"),
            name,
        })
    }

    /// Fails if nobody knows how many bytes its cells have.
    pub(super) fn check_width(&self) -> Result<(), String> {
        match &self.unknown_datatype {
            None => Ok(()),
            Some(datatype) => Err(format!(
                "the column `{}` has the datatype '{datatype}', of which nobody knows how many bytes it has",
                self.name
            )),
        }
    }

    pub(super) fn set_null(&mut self, null: String) {
        let number = null.trim().parse().ok();
        self.null = Some((null, number));
    }

    /// Name and unit, if it has one.
    pub(super) fn unit(&self) -> Option<(&str, &str)> {
        Some((self.name.as_str(), self.unit.as_deref()?))
    }

    /// Whether the text stands for null.
    pub(super) fn is_null(&self, text: &str) -> bool {
        self.null.as_ref().is_some_and(|(null, _)| null == text)
    }

    /// Whether the integer stands for null.
    pub(super) fn is_null_number(&self, number: i64) -> bool {
        self.null.as_ref().is_some_and(|(_, null)| *null == Some(number))
    }

    /// The type of its column; arrays are text.
    pub(super) fn column_type(&self) -> ColumnType {
        let is_single = self.size == Size::One;
        match self.datatype {
            Datatype::Boolean | Datatype::Bit if is_single => ColumnType::Boolean,
            Datatype::UnsignedByte | Datatype::Short | Datatype::Int | Datatype::Long if is_single => {
                ColumnType::Integer
            }
            Datatype::Float | Datatype::Double if is_single => ColumnType::Float,
            _ if self.is_timestamp => ColumnType::Timestamp,
            _ => ColumnType::Text,
        }
    }
}

impl Datatype {
    fn of(name: &str) -> Option<Self> {
        Some(match name.trim() {
            "boolean" => Self::Boolean,
            "bit" => Self::Bit,
            "unsignedByte" => Self::UnsignedByte,
            "short" => Self::Short,
            "int" => Self::Int,
            "long" => Self::Long,
            "char" => Self::Char,
            "unicodeChar" => Self::UnicodeChar,
            "float" => Self::Float,
            "double" => Self::Double,
            "floatComplex" => Self::FloatComplex,
            "doubleComplex" => Self::DoubleComplex,
            _ => return None,
        })
    }

    /// The bytes of so many elements; `None` if no memory could hold them.
    pub(super) fn num_bytes(self, num_elements: usize) -> Option<usize> {
        let each = match self {
            Self::Bit => return Some(num_elements.div_ceil(8)),
            Self::Boolean | Self::UnsignedByte | Self::Char => 1,
            Self::Short | Self::UnicodeChar => 2,
            Self::Int | Self::Float => 4,
            Self::Long | Self::Double | Self::FloatComplex => 8,
            Self::DoubleComplex => 16,
        };
        num_elements.checked_mul(each)
    }
}

impl Size {
    /// `5`, `*`, `8*`, `2x3`, `2x*`: where a star is, the number of elements stands in front of each cell.
    fn of(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not the size of an array");
        let axes = text.split('x').map(str::trim);
        let (last, others) = match text.strip_suffix('*') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if last {
            let others = others.trim_end_matches('x').split('x').map(str::trim);
            let are_numbers = others
                .filter(|axis| !axis.is_empty())
                .all(|axis| axis.parse::<usize>().is_ok());
            return are_numbers.then_some(Self::Variable).ok_or_else(wrong);
        }
        let sizes = axes.map(|axis| axis.parse::<usize>().ok());
        let size = sizes.reduce(|product, axis| product?.checked_mul(axis?)).flatten();
        size.map(Self::Fixed).ok_or_else(wrong)
    }
}

pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    match tag.try_get_attribute(name).map_err(|error| error.to_string())? {
        Some(attribute) => {
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| error.to_string())?;
            Ok(Some(value.into_owned()))
        }
        None => Ok(None),
    }
}

pub(super) fn character(reference: &BytesRef<'_>) -> Result<char, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(character);
    }
    let name = reference.decode().map_err(|error| error.to_string())?;
    match name.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(format!("unknown entity `&{other};`")),
    }
}
