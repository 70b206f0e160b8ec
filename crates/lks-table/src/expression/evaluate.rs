//! A tree over a batch, by Arrow kernels. Logic with null is Kleene's: unknown unless the other side decides.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, BooleanArray, RecordBatch};

use crate::error::{Nearest, nearest};
use crate::expression::logic::{self, is_null, not};
use crate::expression::rowwise;
use crate::expression::values::{Value, comparable, negative, numbers};
use crate::expression::{Arithmetic, Case, Comparison, Fault, Node, NodeKind, TextTest};
use crate::types::{ColumnType, text_array};

/// For each row whether the condition holds.
pub(super) fn condition(node: &Node, batch: &RecordBatch) -> Result<BooleanArray, Fault> {
    match &node.kind {
        NodeKind::And(parts) => all(parts, batch, logic::and),
        NodeKind::Or(parts) => all(parts, batch, logic::or),
        NodeKind::Not(inner) => Ok(not(&condition(inner, batch)?)),
        NodeKind::Compare(first, rest) => chain(first, rest, batch),
        NodeKind::TextTest {
            subject,
            test,
            needle,
            is_case_sensitive,
        } => text_test(subject, *test, needle, *is_case_sensitive, batch),
        NodeKind::IsNull(subject) => {
            let value = value(subject, batch)?;
            match value.kind() {
                Some(_) => Ok(is_null(&value.spread(batch.num_rows(), node.at)?)),
                None => Ok(BooleanArray::from(vec![true; batch.num_rows()])),
            }
        }
        NodeKind::Column(_)
        | NodeKind::Integer(_)
        | NodeKind::Float(_)
        | NodeKind::Text(_)
        | NodeKind::Boolean(_)
        | NodeKind::List(_)
        | NodeKind::Negative(_)
        | NodeKind::Cased(..)
        | NodeKind::Arithmetic(..) => {
            let value = value(node, batch)?;
            match value.kind() {
                Some(ColumnType::Boolean) => Ok(value.spread(batch.num_rows(), node.at)?.as_boolean().clone()),
                None => Ok(BooleanArray::new_null(batch.num_rows())),
                Some(kind) => {
                    let kind = kind.name();
                    Err(Fault::new(
                        node.at,
                        format!("this is {kind}, not a condition; compare it with something"),
                    ))
                }
            }
        }
    }
}

fn all(
    parts: &[Node],
    batch: &RecordBatch,
    combine: fn(&BooleanArray, &BooleanArray) -> BooleanArray,
) -> Result<BooleanArray, Fault> {
    let mut masks = parts.iter().map(|part| condition(part, batch));
    let first = masks
        .next()
        .unwrap_or_else(|| unreachable!("the parser makes no empty list of conditions"))?;
    masks.try_fold(first, |all, mask| Ok(combine(&all, &mask?)))
}

/// The value of a node that is not a list.
fn value(node: &Node, batch: &RecordBatch) -> Result<Value, Fault> {
    match &node.kind {
        NodeKind::Column(name) => match batch.column_by_name(name) {
            Some(array) => Ok(Value::column(Arc::clone(array))),
            None => Err(unknown_column(node, name, batch)),
        },
        NodeKind::Negative(inner) => negative(&value(inner, batch)?, inner.at),
        NodeKind::Arithmetic(first, rest) => {
            rest.iter()
                .try_fold(value(first, batch)?, |left, (operation, right_node)| {
                    let right = value(right_node, batch)?;
                    calculated(left, node.at, *operation, right, right_node.at)
                })
        }
        NodeKind::Cased(subject, case) => {
            let array = texts(subject, batch)?;
            let cased = array.as_string::<i32>().iter().map(|text| {
                text.map(|text| match case {
                    Case::Lower => text.to_lowercase(),
                    Case::Upper => text.to_uppercase(),
                })
            });
            let cased = text_array(cased).map_err(|error| Fault::new(node.at, error.to_string()))?;
            Ok(Value::column(Arc::new(cased)))
        }
        NodeKind::List(_) => Err(Fault::new(node.at, "a list goes after `in`, `==` or `!=`")),
        NodeKind::Integer(_) | NodeKind::Float(_) | NodeKind::Text(_) | NodeKind::Boolean(_) => {
            Value::literal(node).ok_or_else(|| Fault::new(node.at, "not a value"))
        }
        NodeKind::And(_)
        | NodeKind::Or(_)
        | NodeKind::Not(_)
        | NodeKind::Compare(..)
        | NodeKind::TextTest { .. }
        | NodeKind::IsNull(_) => Ok(Value::column(Arc::new(condition(node, batch)?))),
    }
}

fn unknown_column(node: &Node, name: &str, batch: &RecordBatch) -> Fault {
    let schema = batch.schema_ref();
    let nearest = nearest(name, schema.fields().iter().map(|field| field.name().as_str()));
    Fault::new(node.at, format!("no column named `{name}`{}", Nearest(&nearest)))
}

fn chain(first: &Node, rest: &[(Comparison, Node)], batch: &RecordBatch) -> Result<BooleanArray, Fault> {
    let mut left = first;
    let mut all: Option<BooleanArray> = None;
    for (comparison, right) in rest {
        let mask = match (comparison, &right.kind) {
            (Comparison::In, NodeKind::List(values)) => is_in(left, values, batch)?,
            (Comparison::NotIn, NodeKind::List(values)) => not(&is_in(left, values, batch)?),
            (comparison, _) => compared(left, *comparison, right, batch)?,
        };
        all = Some(match all {
            Some(all) => logic::and(&all, &mask),
            None => mask,
        });
        left = right;
    }
    all.ok_or_else(|| Fault::new(first.at, "nothing to compare with"))
}

fn compared(left: &Node, comparison: Comparison, right: &Node, batch: &RecordBatch) -> Result<BooleanArray, Fault> {
    let (mut left_value, right_value) = comparable(value(left, batch)?, left, value(right, batch)?, right)?;
    if left_value.is_scalar && right_value.is_scalar {
        left_value = Value::column(left_value.spread(batch.num_rows(), left.at)?);
    }
    let test = match comparison {
        Comparison::Equal | Comparison::In => Ordering::is_eq,
        Comparison::NotEqual | Comparison::NotIn => Ordering::is_ne,
        Comparison::Less => Ordering::is_lt,
        Comparison::LessOrEqual => Ordering::is_le,
        Comparison::Greater => Ordering::is_gt,
        Comparison::GreaterOrEqual => Ordering::is_ge,
    };
    Ok(rowwise::compared(&left_value, &right_value, test))
}

fn is_in(subject: &Node, values: &[Node], batch: &RecordBatch) -> Result<BooleanArray, Fault> {
    let mut any: Option<BooleanArray> = None;
    for value in values {
        let mask = compared(subject, Comparison::Equal, value, batch)?;
        any = Some(match any {
            Some(any) => logic::or(&any, &mask),
            None => mask,
        });
    }
    match any {
        Some(any) => Ok(any),
        // Nothing is in an empty list; the subject is looked at all the same, so that a wrong name is told.
        None => value(subject, batch).map(|_| BooleanArray::from(vec![false; batch.num_rows()])),
    }
}

fn text_test(
    subject: &Node,
    test: TextTest,
    needle: &str,
    is_case_sensitive: bool,
    batch: &RecordBatch,
) -> Result<BooleanArray, Fault> {
    let array = texts(subject, batch)?;
    let texts = array.as_string::<i32>();
    let needle = if is_case_sensitive {
        needle.to_owned()
    } else {
        needle.to_lowercase()
    };
    let holds = |text: &str| match test {
        TextTest::Contains => text.contains(&needle),
        TextTest::StartsWith => text.starts_with(&needle),
        TextTest::EndsWith => text.ends_with(&needle),
    };
    let holds = |text: &str| match is_case_sensitive {
        true => holds(text),
        false => holds(&text.to_lowercase()),
    };
    Ok(texts.iter().map(|text| text.map(holds)).collect())
}

/// The text of each row, null in a column of nulls.
fn texts(subject: &Node, batch: &RecordBatch) -> Result<ArrayRef, Fault> {
    let value = value(subject, batch)?;
    match value.kind() {
        Some(ColumnType::Text) | None => value
            .widened(ColumnType::Text, subject.at)?
            .spread(batch.num_rows(), subject.at),
        Some(kind) => Err(Fault::new(
            subject.at,
            format!("`.str` wants text, and this is {}", kind.name()),
        )),
    }
}

fn calculated(
    left: Value,
    left_at: usize,
    operation: Arithmetic,
    right: Value,
    right_at: usize,
) -> Result<Value, Fault> {
    let (mut left, mut right) = numbers(left, left_at, right, right_at)?;
    if operation == Arithmetic::Divide {
        // As in Python, 1 / 2 is a half.
        left = left.widened(ColumnType::Float, left_at)?;
        right = right.widened(ColumnType::Float, right_at)?;
    }
    let array = rowwise::calculated(&left, operation, &right).map_err(|problem| Fault::new(right_at, problem))?;
    Ok(Value {
        array,
        is_scalar: left.is_scalar && right.is_scalar,
    })
}
