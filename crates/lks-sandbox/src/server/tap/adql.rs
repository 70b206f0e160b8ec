//! A subset of ADQL, from text to a query: `SELECT [TOP n] … FROM … [JOIN …] [WHERE …] [ORDER BY …]`.

mod expression;
mod parser;
mod tokens;

pub(super) use parser::parse;

/// A query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Query {
    pub(super) top: Option<usize>,
    pub(super) selected: Vec<Selected>,
    pub(super) from: Source,
    pub(super) joins: Vec<Join>,
    pub(super) condition: Option<Expression>,
    /// A column, and whether the largest comes first.
    pub(super) order: Option<(Expression, bool)>,
}

/// What is selected.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Selected {
    All,
    /// All columns of a table.
    AllOf(String),
    Value(Expression, Option<String>),
}

/// A table, and what it is called in the query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    pub(super) table: String,
    pub(super) alias: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Join {
    pub(super) source: Source,
    /// Whether rows without a partner are kept.
    pub(super) is_left: bool,
    /// The two columns that must be equal: of the tables before, and of this one.
    pub(super) on: (Expression, Expression),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Column(Option<String>, String),
    Number(f64),
    Integer(i64),
    Text(String),
    Binary(Operator, Box<Self>, Box<Self>),
    Not(Box<Self>),
    Negative(Box<Self>),
    In(Box<Self>, Vec<Self>),
    Like(Box<Self>, String),
    IsNull(Box<Self>, bool),
    Call(String, Vec<Self>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Divided,
}
