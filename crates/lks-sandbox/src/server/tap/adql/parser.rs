//! The clauses of a query.

use super::tokens::{Token, shown, tokens};
use super::{Expression, Join, Operator, Query, Selected, Source};

/// Words that end the name of a table.
const RESERVED: [&str; 14] = [
    "JOIN", "LEFT", "INNER", "WHERE", "ON", "USING", "ORDER", "AND", "OR", "AS", "OUTER", "NATURAL", "GROUP", "LIMIT",
];

pub(in super::super) fn parse(text: &str) -> Result<Query, String> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
    };
    let query = parser.query()?;
    match parser.next < parser.tokens.len() {
        true => Err(parser.unexpected(" the end of the query")),
        false => Ok(query),
    }
}

pub(super) struct Parser {
    pub(super) tokens: Vec<Token>,
    pub(super) next: usize,
    pub(super) depth: usize,
}

impl Parser {
    fn query(&mut self) -> Result<Query, String> {
        self.expect("SELECT")?;
        let top = match self.takes("TOP") {
            true => Some(self.count()?),
            false => None,
        };
        let selected = self.list(Self::selected)?;
        self.expect("FROM")?;
        let from = self.source()?;
        let mut joins = Vec::new();
        loop {
            let is_left = self.takes("LEFT");
            if is_left {
                self.takes("OUTER");
            } else {
                self.takes("INNER");
            }
            if !self.takes("JOIN") {
                break;
            }
            joins.push(self.join(is_left, &from)?);
        }
        let condition = match self.takes("WHERE") {
            true => Some(self.expression()?),
            false => None,
        };
        let order = match self.takes("ORDER") {
            true => {
                self.expect("BY")?;
                let by = self.expression()?;
                let is_descending = self.takes("DESC");
                self.takes("ASC");
                Some((by, is_descending))
            }
            false => None,
        };
        Ok(Query {
            top,
            selected,
            from,
            joins,
            condition,
            order,
        })
    }

    fn join(&mut self, is_left: bool, from: &Source) -> Result<Join, String> {
        let source = self.source()?;
        let on = match self.takes("USING") {
            true => {
                self.expect("(")?;
                let column = self.name()?;
                self.expect(")")?;
                (
                    Expression::Column(Some(from.alias.clone()), column.clone()),
                    Expression::Column(Some(source.alias.clone()), column),
                )
            }
            false => {
                self.expect("ON")?;
                match self.expression()? {
                    Expression::Binary(Operator::Equal, one, other) => {
                        let is_here = |side: &Expression| matches!(side, Expression::Column(Some(table), _) if table.eq_ignore_ascii_case(&source.alias));
                        match is_here(&one) {
                            true => (*other, *one),
                            false => (*one, *other),
                        }
                    }
                    _ => return Err("only joins by two equal columns are known".to_owned()),
                }
            }
        };
        Ok(Join { source, is_left, on })
    }

    fn selected(&mut self) -> Result<Selected, String> {
        if self.takes("*") {
            return Ok(Selected::All);
        }
        // `table.*`, where the table may have several parts.
        let before = self.next;
        let mut parts = Vec::new();
        while let Ok(part) = self.name() {
            parts.push(part);
            if !self.takes(".") {
                break;
            }
            if self.takes("*") {
                return Ok(Selected::AllOf(parts.join(".")));
            }
        }
        self.next = before;
        let value = self.expression()?;
        let name = match self.takes("AS") {
            true => Some(self.name()?),
            false => None,
        };
        Ok(Selected::Value(value, name))
    }

    fn source(&mut self) -> Result<Source, String> {
        let mut table = self.name()?;
        let mut last = table.clone();
        while self.takes(".") {
            last = self.name()?;
            table = format!("{table}.{last}");
        }
        let has_alias = self.takes("AS");
        let is_name = match self.tokens.get(self.next) {
            Some(Token::Name(_)) => true,
            Some(Token::Word(word)) => !RESERVED.iter().any(|reserved| word.eq_ignore_ascii_case(reserved)),
            _ => false,
        };
        let alias = match has_alias || is_name {
            true => self.name()?,
            // `TAP_UPLOAD.t` is called by both its names.
            false if table.to_ascii_uppercase().starts_with("TAP_UPLOAD.") => table.clone(),
            false => last,
        };
        Ok(Source { table, alias })
    }

    pub(super) fn name(&mut self) -> Result<String, String> {
        let Some(Token::Word(name) | Token::Name(name)) = self.tokens.get(self.next) else {
            return Err(self.unexpected(" a name"));
        };
        self.next += 1;
        Ok(name.clone())
    }

    fn count(&mut self) -> Result<usize, String> {
        match self.tokens.get(self.next) {
            Some(Token::Number(digits)) => {
                self.next += 1;
                digits.parse().map_err(|_| format!("'{digits}' is no number of rows"))
            }
            _ => Err("TOP wants a number".to_owned()),
        }
    }

    /// Whether this word or sign is next, which it then is no more.
    pub(super) fn takes(&mut self, wanted: &str) -> bool {
        let is_next = match self.tokens.get(self.next) {
            Some(Token::Word(word)) => word.eq_ignore_ascii_case(wanted),
            Some(Token::Sign(sign)) => *sign == wanted,
            Some(Token::Name(_) | Token::Text(_) | Token::Number(_)) | None => false,
        };
        self.next += usize::from(is_next);
        is_next
    }

    pub(super) fn expect(&mut self, wanted: &str) -> Result<(), String> {
        match self.takes(wanted) {
            true => Ok(()),
            false => Err(self.unexpected(&format!(": \"{wanted}\""))),
        }
    }

    /// What is said of something else than what was wanted.
    pub(super) fn unexpected(&self, wanted: &str) -> String {
        let next = self.tokens.get(self.next);
        let found = next.map_or("the end of the query".to_owned(), |token| {
            format!("\"{}\"", shown(token))
        });
        format!("Encountered {found}. Was expecting{wanted}.")
    }

    /// One, or several with commas between them.
    pub(super) fn list<T>(&mut self, one: impl Fn(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let mut list = vec![one(self)?];
        while self.takes(",") {
            list.push(one(self)?);
        }
        Ok(list)
    }
}
