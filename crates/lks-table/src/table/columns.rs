//! Operations on columns: choose, rename, drop, add.

use std::fmt::{Display, Write};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, TimestampMicrosecondArray, new_null_array};
use arrow_schema::{Field, Schema};

use crate::decode::Column;
use crate::error::Error;
use crate::table::{Table, new_batch};
use crate::types::{ColumnType, ColumnTypes, normalized};

impl Table {
    /// These columns, in this order.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] for a name that is not there.
    pub fn select<N: AsRef<str>>(&self, names: &[N]) -> Result<Self, Error> {
        let indices: Vec<usize> = names
            .iter()
            .map(|name| self.index_of(name.as_ref()))
            .collect::<Result<_, _>>()?;
        self.project(&indices)
    }

    /// All columns but these. Names that are not there are not there afterwards either.
    pub fn drop<N: AsRef<str>>(&self, names: &[N]) -> Self {
        let goes = |name: &str| names.iter().any(|gone| gone.as_ref() == name);
        let kept: Vec<usize> = self
            .column_names()
            .enumerate()
            .filter(|(_, name)| !goes(name))
            .map(|(index, _)| index)
            .collect();
        self.project(&kept)
            .unwrap_or_else(|_| unreachable!("the indices come from this schema"))
    }

    /// The same columns, some under another name, given as (old, new).
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] for an old name that is not there; [`Error::Shape`] if two columns end up with one name.
    pub fn rename<N: AsRef<str>>(&self, names: &[(N, N)]) -> Result<Self, Error> {
        let mut new_names: Vec<String> = self.column_names().map(str::to_owned).collect();
        for (old, new) in names {
            new_names[self.index_of(old.as_ref())?] = new.as_ref().to_owned();
        }
        self.with_names(new_names)
    }

    /// The table with one more column at the end, or with the values of an existing column replaced.
    ///
    /// # Errors
    /// [`Error::Shape`] if the array has not one value per row. (A table without columns takes any length.)
    pub fn with_column(&self, name: &str, values: ArrayRef) -> Result<Self, Error> {
        let values = normalized(&values)?;
        let mut fields: Vec<Field> = self
            .schema()
            .fields()
            .iter()
            .map(|field| field.as_ref().clone())
            .collect();
        let field = Field::new(name, values.data_type().clone(), true);
        let place = self.find(name).unwrap_or(fields.len());
        match fields.get_mut(place) {
            Some(old) => *old = field,
            None => fields.push(field),
        }
        let schema = Arc::new(Schema::new_with_metadata(fields, self.metadata().clone()));
        if self.schema().fields().is_empty() {
            let num_rows = values.len();
            return Ok(Self::from_uniform(
                Arc::clone(&schema),
                vec![new_batch(&schema, vec![values], num_rows)?],
            ));
        }
        if values.len() != self.num_rows() {
            let (given, wanted) = (values.len(), self.num_rows());
            return Err(Error::Shape(format!(
                "the column `{name}` has {given} values for {wanted} rows"
            )));
        }
        let mut start = 0;
        let mut batches = Vec::with_capacity(self.batches().len());
        for batch in self.batches() {
            let part = values.slice(start, batch.num_rows());
            let mut arrays = batch.columns().to_vec();
            match arrays.get_mut(place) {
                Some(old) => *old = part,
                None => arrays.push(part),
            }
            batches.push(new_batch(&schema, arrays, batch.num_rows())?);
            start += batch.num_rows();
        }
        Ok(Self::from_uniform(schema, batches))
    }

    /// [`Table::with_column`] for text.
    ///
    /// # Errors
    /// As [`Table::with_column`], and [`Error::Shape`] for more than 2 GiB of text.
    pub fn with_text<S: AsRef<str>>(
        &self,
        name: &str,
        values: impl IntoIterator<Item = Option<S>>,
    ) -> Result<Self, Error> {
        let values = values.into_iter();
        self.with_texts(name, values, |column, row, value| column.push_text(row, value.as_ref()))
    }

    /// [`Table::with_column`] for the text of values, each written straight into the column.
    ///
    /// # Errors
    /// As [`Table::with_text`].
    pub fn with_display<D: Display>(
        &self,
        name: &str,
        values: impl IntoIterator<Item = Option<D>>,
    ) -> Result<Self, Error> {
        let mut text = String::new();
        self.with_texts(name, values.into_iter(), |column, row, value| {
            text.clear();
            // Writing to a string cannot fail.
            let _ = write!(text, "{value}");
            column.push_text(row, &text)
        })
    }

    fn with_texts<T>(
        &self,
        name: &str,
        values: impl Iterator<Item = Option<T>>,
        mut push: impl FnMut(&mut Column, usize, T) -> Result<(), &'static str>,
    ) -> Result<Self, Error> {
        let mut column = Column::new(name, Some(ColumnType::Text));
        let mut num_rows = 0;
        for value in values {
            match value {
                Some(value) => {
                    push(&mut column, num_rows, value).map_err(|message| Error::Shape(message.to_owned()))?
                }
                None => column.push_null(num_rows),
            }
            num_rows += 1;
        }
        self.with_column(name, column.finish(num_rows)?.1)
    }

    /// [`Table::with_column`] for integers.
    ///
    /// # Errors
    /// As [`Table::with_column`].
    pub fn with_integer(&self, name: &str, values: impl IntoIterator<Item = Option<i64>>) -> Result<Self, Error> {
        self.with_column(name, Arc::new(values.into_iter().collect::<Int64Array>()))
    }

    /// [`Table::with_column`] for floats.
    ///
    /// # Errors
    /// As [`Table::with_column`].
    pub fn with_float(&self, name: &str, values: impl IntoIterator<Item = Option<f64>>) -> Result<Self, Error> {
        self.with_column(name, Arc::new(values.into_iter().collect::<Float64Array>()))
    }

    /// [`Table::with_column`] for truth values.
    ///
    /// # Errors
    /// As [`Table::with_column`].
    pub fn with_boolean(&self, name: &str, values: impl IntoIterator<Item = Option<bool>>) -> Result<Self, Error> {
        self.with_column(name, Arc::new(values.into_iter().collect::<BooleanArray>()))
    }

    /// [`Table::with_column`] for moments in microseconds since 1970, UTC.
    ///
    /// # Errors
    /// As [`Table::with_column`].
    pub fn with_timestamp(&self, name: &str, values: impl IntoIterator<Item = Option<i64>>) -> Result<Self, Error> {
        self.with_column(
            name,
            Arc::new(values.into_iter().collect::<TimestampMicrosecondArray>()),
        )
    }

    /// The table with every column of `types`: those it lacks are added as nulls, those that are only null get the type.
    ///
    /// # Errors
    /// Never for a table made by this crate; the kernels' own errors pass through.
    pub fn with_missing(&self, types: &ColumnTypes) -> Result<Self, Error> {
        if self.schema().fields().is_empty() && self.is_empty() {
            return Ok(Self::with_types(types));
        }
        let mut table = self.clone();
        for (name, kind) in types.iter() {
            if table.column_type(name).is_none() {
                table = table.with_column(name, new_null_array(&kind.data_type(), self.num_rows()))?;
            }
        }
        Ok(table)
    }

    pub(crate) fn with_names(&self, names: Vec<String>) -> Result<Self, Error> {
        let mut seen = std::collections::HashSet::new();
        if let Some(twice) = names.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(Error::Shape(format!("two columns would be named `{twice}`")));
        }
        let fields: Vec<Field> = self
            .schema()
            .fields()
            .iter()
            .zip(names)
            .map(|(field, name)| field.as_ref().clone().with_name(name))
            .collect();
        self.with_schema(Schema::new_with_metadata(fields, self.metadata().clone()))
    }

    fn project(&self, indices: &[usize]) -> Result<Self, Error> {
        let mut seen = std::collections::HashSet::new();
        if let Some(twice) = indices.iter().find(|index| !seen.insert(**index)) {
            let name = self.schema().field(*twice).name();
            return Err(Error::Shape(format!("the column `{name}` was chosen twice")));
        }
        let schema = Arc::new(self.schema().project(indices)?);
        let batches = self
            .batches()
            .iter()
            .map(|batch| batch.project(indices))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::from_uniform(schema, batches))
    }
}
