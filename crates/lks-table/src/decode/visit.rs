//! The serde visitors: an array of rows, a row, a key, a value.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::decode::builder::RowBuilder;
use crate::decode::column::Column;
use crate::decode::{ListsSeed, RowsSeed};
use crate::table::Table;

impl<'de> DeserializeSeed<'de> for RowsSeed<'_> {
    type Value = Table;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Table, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RowsSeed<'_> {
    type Value = Table;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Table, A::Error> {
        let mut rows = RowBuilder::new(self.types);
        while seq.next_element_seed(RowSeed(&mut rows))?.is_some() {}
        rows.finish().map_err(A::Error::custom)
    }
}

impl<'de> DeserializeSeed<'de> for ListsSeed<'_> {
    type Value = Table;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Table, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListsSeed<'_> {
    type Value = Table;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Table, A::Error> {
        let rows = RowBuilder::new(self.types).with_columns(self.names.iter().copied());
        let mut rows = rows.map_err(A::Error::custom)?;
        while seq.next_element_seed(ListSeed(&mut rows))?.is_some() {}
        rows.finish().map_err(A::Error::custom)
    }
}

/// Adds one row, whose cells have no names.
struct ListSeed<'r, 't>(&'r mut RowBuilder<'t>);

impl<'de> DeserializeSeed<'de> for ListSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a row of {} cells", self.0.num_columns())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let (row, num_columns) = (self.0.row(), self.0.num_columns());
        for index in 0..num_columns {
            let column = self.0.column(index);
            seq.next_element_seed(CellSeed { column, row })?
                .ok_or_else(|| A::Error::invalid_length(index, &self))?;
        }
        match seq.next_element::<IgnoredAny>()? {
            Some(_) => Err(A::Error::invalid_length(num_columns + 1, &self)),
            None => self.0.end_row().map_err(A::Error::custom),
        }
    }
}

/// Adds one row.
pub(crate) struct RowSeed<'r, 't>(pub(crate) &'r mut RowBuilder<'t>);

impl<'de> DeserializeSeed<'de> for RowSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row (an object)")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let rows = self.0;
        // Rows usually repeat the keys of the row before in the same order: the next column is the best guess.
        let mut guess = 0;
        while let Some(index) = map.next_key_seed(KeySeed { rows, guess })? {
            guess = index + 1;
            let row = rows.row();
            map.next_value_seed(CellSeed {
                column: rows.column(index),
                row,
            })?;
        }
        rows.end_row().map_err(A::Error::custom)
    }
}

/// Finds the column of a key, or makes it.
struct KeySeed<'r, 't> {
    rows: &'r mut RowBuilder<'t>,
    guess: usize,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_, '_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<usize, E> {
        self.rows.index_of(name, self.guess).map_err(E::custom)
    }
}

/// Puts one value into its column.
struct CellSeed<'c> {
    column: &'c mut Column,
    row: usize,
}

impl<'de> DeserializeSeed<'de> for CellSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CellSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.column.push_null(self.row);
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.column.push_boolean(self.row, value).map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.column.push_integer(self.row, value).map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => self.column.push_large(self.row, value).map_err(E::custom),
        }
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.column.push_float(self.row, value).map_err(E::custom)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.column.push_text(self.row, value).map_err(E::custom)
    }

    // A value inside a value is rare; a tree for this one cell is the short way to its canonical text. The depth is
    // limited by serde_json.
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        let value = serde_json::Value::deserialize(SeqAccessDeserializer::new(seq))?;
        self.column
            .push_json(self.row, &value.to_string())
            .map_err(A::Error::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let value = serde_json::Value::deserialize(MapAccessDeserializer::new(map))?;
        self.column
            .push_json(self.row, &value.to_string())
            .map_err(A::Error::custom)
    }
}
