//! A subset of ADQL, from text to a query: `SELECT [TOP n] … FROM … [JOIN …] [WHERE …] [ORDER BY …]`.

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

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A name, or a word of the language.
    Word(String),
    /// A name in quotes.
    Name(String),
    Text(String),
    Number(String),
    Sign(&'static str),
}

const SIGNS: [&str; 15] = [
    "<=", ">=", "<>", "!=", "(", ")", ",", ".", "*", "=", "<", ">", "+", "-", "/",
];
/// Deeper brackets are no question.
const DEEPEST: usize = 64;

/// Words that end the name of a table.
const RESERVED: [&str; 14] = [
    "JOIN", "LEFT", "INNER", "WHERE", "ON", "USING", "ORDER", "AND", "OR", "AS", "OUTER", "NATURAL", "GROUP", "LIMIT",
];

pub(super) fn parse(text: &str) -> Result<Query, String> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
    };
    let query = parser.query()?;
    match parser.tokens.get(parser.next) {
        None => Ok(query),
        Some(token) => Err(format!(
            "Encountered \"{}\". Was expecting the end of the query.",
            shown(token)
        )),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => {
                let (quoted, length) = quoted(rest, first)?;
                tokens.push(if first == '"' {
                    Token::Name(quoted)
                } else {
                    Token::Text(quoted)
                });
                length
            }
            '0'..='9' => {
                let mut length = 0;
                let mut before = ' ';
                for c in rest.chars() {
                    let is_exponent_sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E');
                    if !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || is_exponent_sign) {
                        break;
                    }
                    before = c;
                    length += c.len_utf8();
                }
                tokens.push(Token::Number(rest[..length].to_owned()));
                length
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let end = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .unwrap_or(rest.len());
                tokens.push(Token::Word(rest[..end].to_owned()));
                end
            }
            _ => {
                let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
                let sign = sign.ok_or_else(|| format!("Lexical error: unexpected character '{first}'."))?;
                tokens.push(Token::Sign(sign));
                sign.len()
            }
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// What is between quotes, of which two stand for one, and how long it is with them.
fn quoted(text: &str, quote: char) -> Result<(String, usize), String> {
    let mut content = String::new();
    let mut rest = text.char_indices().skip(1).peekable();
    while let Some((place, c)) = rest.next() {
        if c != quote {
            content.push(c);
        } else if rest.peek().is_some_and(|(_, next)| *next == quote) {
            rest.next();
            content.push(quote);
        } else {
            return Ok((content, place + 1));
        }
    }
    Err("Lexical error: a quote is not closed.".to_owned())
}

fn shown(token: &Token) -> String {
    match token {
        Token::Word(word) | Token::Number(word) => word.clone(),
        Token::Name(name) => format!("\"{name}\""),
        Token::Text(text) => format!("'{text}'"),
        Token::Sign(sign) => (*sign).to_owned(),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn query(&mut self) -> Result<Query, String> {
        self.expect_word("SELECT")?;
        let top = match self.takes_word("TOP") {
            true => Some(self.count()?),
            false => None,
        };
        let mut selected = vec![self.selected()?];
        while self.takes_sign(",") {
            selected.push(self.selected()?);
        }
        self.expect_word("FROM")?;
        let from = self.source()?;
        let mut joins = Vec::new();
        loop {
            let is_left = self.takes_word("LEFT");
            if is_left {
                self.takes_word("OUTER");
            } else {
                self.takes_word("INNER");
            }
            if !self.takes_word("JOIN") {
                break;
            }
            joins.push(self.join(is_left, &from)?);
        }
        let condition = match self.takes_word("WHERE") {
            true => Some(self.expression()?),
            false => None,
        };
        let order = match self.takes_word("ORDER") {
            true => {
                self.expect_word("BY")?;
                let by = self.expression()?;
                let is_descending = self.takes_word("DESC");
                self.takes_word("ASC");
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
        let on = match self.takes_word("USING") {
            true => {
                self.expect_sign("(")?;
                let column = self.name()?;
                self.expect_sign(")")?;
                (
                    Expression::Column(Some(from.alias.clone()), column.clone()),
                    Expression::Column(Some(source.alias.clone()), column),
                )
            }
            false => {
                self.expect_word("ON")?;
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
        if self.takes_sign("*") {
            return Ok(Selected::All);
        }
        // `table.*`, where the table may have several parts.
        let before = self.next;
        let mut parts = Vec::new();
        while let Ok(part) = self.name() {
            parts.push(part);
            if !self.takes_sign(".") {
                break;
            }
            if self.takes_sign("*") {
                return Ok(Selected::AllOf(parts.join(".")));
            }
        }
        self.next = before;
        let value = self.expression()?;
        let name = match self.takes_word("AS") {
            true => Some(self.name()?),
            false => None,
        };
        Ok(Selected::Value(value, name))
    }

    fn source(&mut self) -> Result<Source, String> {
        let mut table = self.name()?;
        let mut last = table.clone();
        while self.takes_sign(".") {
            last = self.name()?;
            table = format!("{table}.{last}");
        }
        let has_alias = self.takes_word("AS");
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

    fn expression(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("the query is nested too deeply".to_owned());
        }
        let expression = self.disjunction();
        self.depth -= 1;
        expression
    }

    fn disjunction(&mut self) -> Result<Expression, String> {
        let mut left = self.conjunction()?;
        while self.takes_word("OR") {
            left = binary(Operator::Or, left, self.conjunction()?);
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Expression, String> {
        let mut left = self.negation()?;
        while self.takes_word("AND") {
            left = binary(Operator::And, left, self.negation()?);
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Expression, String> {
        match self.takes_word("NOT") {
            true => Ok(Expression::Not(Box::new(self.negation()?))),
            false => self.comparison(),
        }
    }

    fn comparison(&mut self) -> Result<Expression, String> {
        let left = self.sum()?;
        let is_negated = self.takes_word("NOT");
        let found = if self.takes_word("IN") {
            self.expect_sign("(")?;
            let mut list = vec![self.expression()?];
            while self.takes_sign(",") {
                list.push(self.expression()?);
            }
            self.expect_sign(")")?;
            Expression::In(Box::new(left), list)
        } else if self.takes_word("BETWEEN") {
            let from = self.sum()?;
            self.expect_word("AND")?;
            let to = self.sum()?;
            let above = binary(Operator::GreaterOrEqual, left.clone(), from);
            binary(Operator::And, above, binary(Operator::LessOrEqual, left, to))
        } else if self.takes_word("LIKE") {
            match self.tokens.get(self.next) {
                Some(Token::Text(pattern)) => {
                    let pattern = pattern.clone();
                    self.next += 1;
                    Expression::Like(Box::new(left), pattern)
                }
                _ => return Err("LIKE wants a text".to_owned()),
            }
        } else if self.takes_word("IS") {
            let is_negated = self.takes_word("NOT");
            self.expect_word("NULL")?;
            Expression::IsNull(Box::new(left), !is_negated)
        } else {
            let operators = [
                ("<=", Operator::LessOrEqual),
                (">=", Operator::GreaterOrEqual),
                ("<>", Operator::NotEqual),
                ("!=", Operator::NotEqual),
                ("=", Operator::Equal),
                ("<", Operator::Less),
                (">", Operator::Greater),
            ];
            match operators.into_iter().find(|(sign, _)| self.takes_sign(sign)) {
                Some((_, operator)) => binary(operator, left, self.sum()?),
                None => left,
            }
        };
        Ok(if is_negated {
            Expression::Not(Box::new(found))
        } else {
            found
        })
    }

    fn sum(&mut self) -> Result<Expression, String> {
        let mut left = self.product()?;
        loop {
            left = if self.takes_sign("+") {
                binary(Operator::Plus, left, self.product()?)
            } else if self.takes_sign("-") {
                binary(Operator::Minus, left, self.product()?)
            } else {
                return Ok(left);
            };
        }
    }

    fn product(&mut self) -> Result<Expression, String> {
        let mut left = self.primary()?;
        loop {
            left = if self.takes_sign("*") {
                binary(Operator::Times, left, self.primary()?)
            } else if self.takes_sign("/") {
                binary(Operator::Divided, left, self.primary()?)
            } else {
                return Ok(left);
            };
        }
    }

    fn primary(&mut self) -> Result<Expression, String> {
        if self.takes_sign("(") {
            let inner = self.expression()?;
            self.expect_sign(")")?;
            return Ok(inner);
        }
        if self.takes_sign("-") {
            return Ok(Expression::Negative(Box::new(self.primary()?)));
        }
        self.takes_sign("+");
        match self.tokens.get(self.next).cloned() {
            Some(Token::Number(digits)) => {
                self.next += 1;
                match digits.parse::<i64>() {
                    Ok(integer) => Ok(Expression::Integer(integer)),
                    Err(_) => {
                        let number = digits.parse().map_err(|_| format!("'{digits}' is no number"));
                        number.map(Expression::Number)
                    }
                }
            }
            Some(Token::Text(text)) => {
                self.next += 1;
                Ok(Expression::Text(text))
            }
            Some(Token::Word(_) | Token::Name(_)) => {
                let name = self.name()?;
                if self.takes_sign("(") {
                    return self.call(name);
                }
                let mut parts = vec![name];
                while self.takes_sign(".") {
                    parts.push(self.name()?);
                }
                let column = parts.pop().unwrap_or_default();
                let table = (!parts.is_empty()).then(|| parts.join("."));
                Ok(Expression::Column(table, column))
            }
            Some(token) => Err(format!("Encountered \"{}\". Was expecting a value.", shown(&token))),
            None => Err("Encountered the end of the query. Was expecting a value.".to_owned()),
        }
    }

    fn call(&mut self, name: String) -> Result<Expression, String> {
        let mut arguments = Vec::new();
        if self.takes_sign("*") {
            self.expect_sign(")")?;
        } else if !self.takes_sign(")") {
            arguments.push(self.expression()?);
            while self.takes_sign(",") {
                arguments.push(self.expression()?);
            }
            self.expect_sign(")")?;
        }
        Ok(Expression::Call(name.to_ascii_uppercase(), arguments))
    }

    fn name(&mut self) -> Result<String, String> {
        match self.tokens.get(self.next) {
            Some(Token::Word(name) | Token::Name(name)) => {
                self.next += 1;
                Ok(name.clone())
            }
            Some(token) => Err(format!("Encountered \"{}\". Was expecting a name.", shown(token))),
            None => Err("Encountered the end of the query. Was expecting a name.".to_owned()),
        }
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

    fn takes_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.tokens.get(self.next), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.next += usize::from(is_next);
        is_next
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.tokens.get(self.next), Some(Token::Sign(next)) if *next == sign);
        self.next += usize::from(is_next);
        is_next
    }

    fn expect_word(&mut self, word: &str) -> Result<(), String> {
        let found = self.takes_word(word);
        self.expect(found, word)
    }

    fn expect_sign(&mut self, sign: &str) -> Result<(), String> {
        let found = self.takes_sign(sign);
        self.expect(found, sign)
    }

    fn expect(&self, is_there: bool, what: &str) -> Result<(), String> {
        match (is_there, self.tokens.get(self.next)) {
            (true, _) => Ok(()),
            (false, Some(token)) => Err(format!("Encountered \"{}\". Was expecting: \"{what}\".", shown(token))),
            (false, None) => Err(format!("Encountered the end of the query. Was expecting: \"{what}\".")),
        }
    }
}

fn binary(operator: Operator, left: Expression, right: Expression) -> Expression {
    Expression::Binary(operator, Box::new(left), Box::new(right))
}
