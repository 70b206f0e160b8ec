//! Filter expressions as people write them for pandas' `query`: `sector == 14 & exptime <= 120`.
//!
//! ```text
//! condition  = condition ("and" | "&") condition | condition ("or" | "|") condition | ("not" | "~") condition
//!            | value (comparison value)+          chained: 1 <= sector < 27
//!            | value ["not"] "in" [value, …]      == and != with a list mean the same
//!            | value .str.contains("x", case=False)    also startswith, endswith; the text is taken literally
//!            | value .isnull() | .notnull() | .between(low, high) | .isin([value, …])
//!            | (condition) | a boolean column
//! comparison = == | != | < | <= | > | >=
//! value      = 14 | 1e3 | "text" | 'text' | True | False | column | `column with spaces` | value (+ | - | * | / | %) value
//!            | value.str.lower() | value.str.upper()
//! ```
//!
//! "not" binds tighter than "and", "and" tighter than "or"; `&`, `|` and `~` are the same as the words, as in pandas.
//! A comparison with null is neither true nor false, and neither is its negation: such a row is not chosen.

mod evaluate;
mod logic;
mod parse;
mod rowwise;
mod tokens;
mod values;

use std::fmt;
use std::str::FromStr;

use arrow_array::{BooleanArray, RecordBatch};
use arrow_select::concat::concat;

use crate::error::Error;
use crate::table::Table;

/// A filter that was parsed and can be evaluated on any table.
///
/// ```
/// use lks_table::{Expression, Table};
///
/// let table = Table::empty().with_integer("sector", [Some(14), None, Some(99)])?;
/// let mask = "sector >= 14 and sector < 20".parse::<Expression>()?.evaluate(&table)?;
/// assert_eq!(table.filter(&mask)?.num_rows(), 1);
/// # Ok::<(), lks_table::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    root: Node,
}

/// A part of an expression and where it starts.
#[derive(Clone, Debug)]
struct Node {
    /// Bytes from the start of the text.
    at: usize,
    kind: NodeKind,
}

#[derive(Clone, Debug)]
enum NodeKind {
    Column(String),
    Integer(i64),
    Float(f64),
    Text(String),
    Boolean(bool),
    List(Vec<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Negative(Box<Node>),
    /// A chain: each value is compared with the one before it.
    Compare(Box<Node>, Vec<(Comparison, Node)>),
    Arithmetic(Box<Node>, Vec<(Arithmetic, Node)>),
    TextTest {
        subject: Box<Node>,
        test: TextTest,
        needle: String,
        is_case_sensitive: bool,
    },
    IsNull(Box<Node>),
    Cased(Box<Node>, Case),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TextTest {
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Lower,
    Upper,
}

/// What is wrong and at which byte of the text.
struct Fault {
    at: usize,
    message: String,
}

impl Expression {
    /// For each row whether the expression is true of it; null where that depends on a null.
    ///
    /// # Errors
    /// [`Error::Expression`] for a column that the table does not have (the message names the nearest), for values that
    /// cannot be compared, and for what is not a condition.
    pub fn evaluate(&self, table: &Table) -> Result<BooleanArray, Error> {
        let fault = |fault: Fault| fault.shown_in(&self.text);
        if table.is_empty() {
            // Wrong names and types are wrong without rows too.
            return evaluate::condition(&self.root, &RecordBatch::new_empty(table.schema().clone())).map_err(fault);
        }
        let batches = table.batches().iter();
        let masks = batches.map(|batch| evaluate::condition(&self.root, batch).map_err(fault));
        let masks = masks.collect::<Result<Vec<_>, _>>()?;
        match masks.as_slice() {
            [mask] => Ok(mask.clone()),
            masks => {
                let parts: Vec<&dyn arrow_array::Array> = masks.iter().map(|mask| mask as _).collect();
                Ok(BooleanArray::from(concat(&parts)?.to_data()))
            }
        }
    }

    /// The text it was parsed from.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// From its text; [`Error::Expression`] shows it with a caret under the place that is wrong.
impl FromStr for Expression {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let root = tokens::tokens(text).and_then(parse::expression);
        let root = root.map_err(|fault| fault.shown_in(text))?;
        Ok(Self {
            text: text.to_owned(),
            root,
        })
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Fault {
    fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }

    fn shown_in(self, text: &str) -> Error {
        let before = text.get(..self.at).unwrap_or(text);
        // One line, each character one wide, so that the caret stands under the place.
        let text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Error::Expression {
            message: self.message,
            text,
            column: before.chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests;
