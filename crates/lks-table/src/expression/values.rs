//! Values on their way through an expression, and how two of them are made comparable.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow_select::take::take;

use crate::decode::parse_moment;
use crate::expression::{Fault, Node, NodeKind};
use crate::types::{ColumnType, widened};

/// An array with one value per row, or one value for all rows.
pub(super) struct Value {
    pub(super) array: ArrayRef,
    pub(super) is_scalar: bool,
}

impl Value {
    pub(super) fn column(array: ArrayRef) -> Self {
        Self {
            array,
            is_scalar: false,
        }
    }

    /// The value of a number, text or truth value; `None` for every other node.
    pub(super) fn literal(node: &Node) -> Option<Self> {
        let array: ArrayRef = match &node.kind {
            NodeKind::Integer(value) => Arc::new(Int64Array::from(vec![*value])),
            NodeKind::Float(value) => Arc::new(Float64Array::from(vec![*value])),
            NodeKind::Text(value) => Arc::new(StringArray::from(vec![value.as_str()])),
            NodeKind::Boolean(value) => Arc::new(BooleanArray::from(vec![*value])),
            _ => return None,
        };
        Some(Self { array, is_scalar: true })
    }

    /// `None` for a column of nothing but nulls.
    pub(super) fn kind(&self) -> Option<ColumnType> {
        ColumnType::of(self.array.data_type())
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.kind(), Some(ColumnType::Integer | ColumnType::Float))
    }

    pub(super) fn widened(&self, kind: ColumnType, at: usize) -> Result<Self, Fault> {
        let array = widened(&self.array, Some(kind)).map_err(|error| Fault::new(at, error.to_string()))?;
        Ok(Self {
            array,
            is_scalar: self.is_scalar,
        })
    }

    /// One value per row.
    pub(super) fn spread(&self, num_rows: usize, at: usize) -> Result<ArrayRef, Fault> {
        if !self.is_scalar {
            return Ok(Arc::clone(&self.array));
        }
        take(&self.array, &UInt64Array::from(vec![0; num_rows]), None)
            .map_err(|error| Fault::new(at, error.to_string()))
    }
}

/// Both values as one type in which they compare.
pub(super) fn comparable(
    left: Value,
    left_node: &Node,
    right: Value,
    right_node: &Node,
) -> Result<(Value, Value), Fault> {
    use ColumnType::{Float, Timestamp};
    let (left_kind, right_kind) = (left.kind(), right.kind());
    match (left_kind, right_kind) {
        (Some(a), Some(b)) if a == b => Ok((left, right)),
        (Some(_), Some(_)) if left.is_number() && right.is_number() => {
            Ok((left.widened(Float, left_node.at)?, right.widened(Float, right_node.at)?))
        }
        (None, Some(kind)) => Ok((left.widened(kind, left_node.at)?, right)),
        (Some(kind), None) => Ok((left, right.widened(kind, right_node.at)?)),
        // Two columns of nulls: as any type the answer is null.
        (None, None) => Ok((left.widened(Float, left_node.at)?, right.widened(Float, right_node.at)?)),
        (Some(Timestamp), Some(_)) if matches!(right_node.kind, NodeKind::Text(_)) => Ok((left, moment(right_node)?)),
        (Some(_), Some(Timestamp)) if matches!(left_node.kind, NodeKind::Text(_)) => Ok((moment(left_node)?, right)),
        (Some(a), Some(b)) => Err(not_comparable(left_node, a, right_node, b)),
    }
}

/// The moment that a text in an expression names.
fn moment(node: &Node) -> Result<Value, Fault> {
    let micros = match &node.kind {
        NodeKind::Text(text) => parse_moment(text),
        _ => None,
    };
    let micros = micros.ok_or_else(|| Fault::new(node.at, "not a date; write for example \"2019-07-18\""))?;
    Ok(Value {
        array: Arc::new(TimestampMicrosecondArray::from(vec![micros])),
        is_scalar: true,
    })
}

fn not_comparable(left: &Node, left_kind: ColumnType, right: &Node, right_kind: ColumnType) -> Fault {
    let hint = match (&left.kind, &right.kind) {
        (NodeKind::Column(name), NodeKind::Integer(_) | NodeKind::Float(_)) if left_kind == ColumnType::Text => {
            format!("; `{name}` is text, so the value goes in quotes")
        }
        (NodeKind::Column(name), NodeKind::Text(_)) if left_kind != ColumnType::Text => {
            format!("; `{name}` is {}, so the value goes without quotes", left_kind.name())
        }
        _ => String::new(),
    };
    Fault::new(
        right.at,
        format!("cannot compare {} with {}{hint}", left_kind.name(), right_kind.name()),
    )
}

/// The values as floats, or as integers if both are.
pub(super) fn numbers(left: Value, left_at: usize, right: Value, right_at: usize) -> Result<(Value, Value), Fault> {
    for (value, at) in [(&left, left_at), (&right, right_at)] {
        if let Some(kind) = value.kind().filter(|_| !value.is_number()) {
            return Err(Fault::new(at, format!("cannot calculate with {}", kind.name())));
        }
    }
    if left.kind() == Some(ColumnType::Integer) && right.kind() == Some(ColumnType::Integer) {
        return Ok((left, right));
    }
    Ok((
        left.widened(ColumnType::Float, left_at)?,
        right.widened(ColumnType::Float, right_at)?,
    ))
}

/// The negative of a number.
pub(super) fn negative(value: &Value, at: usize) -> Result<Value, Fault> {
    if !value.is_number() {
        return Err(Fault::new(at, "only a number has a negative"));
    }
    let floats = value.widened(ColumnType::Float, at)?;
    let array: Float64Array = floats.array.as_primitive::<Float64Type>().unary(|value: f64| -value);
    Ok(Value {
        array: Arc::new(array),
        is_scalar: value.is_scalar,
    })
}
