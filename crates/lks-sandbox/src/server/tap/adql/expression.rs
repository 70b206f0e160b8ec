//! What is computed of a row, from the operators that bind least to those that bind most.

use super::parser::Parser;
use super::tokens::Token;
use super::{Expression, Operator};

/// Deeper brackets are no question.
const DEEPEST: usize = 64;

impl Parser {
    pub(super) fn expression(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("the query is nested too deeply".to_owned());
        }
        let expression = self.disjunction();
        self.depth -= 1;
        expression
    }

    /// Operators of one rank, of which the left one comes first.
    fn chain(
        &mut self,
        operators: &[(&str, Operator)],
        next: fn(&mut Self) -> Result<Expression, String>,
    ) -> Result<Expression, String> {
        let mut left = next(self)?;
        while let Some((_, operator)) = operators.iter().find(|(word, _)| self.takes(word)) {
            left = binary(*operator, left, next(self)?);
        }
        Ok(left)
    }

    fn disjunction(&mut self) -> Result<Expression, String> {
        self.chain(&[("OR", Operator::Or)], Self::conjunction)
    }

    fn conjunction(&mut self) -> Result<Expression, String> {
        self.chain(&[("AND", Operator::And)], Self::negation)
    }

    fn negation(&mut self) -> Result<Expression, String> {
        match self.takes("NOT") {
            true => Ok(Expression::Not(Box::new(self.negation()?))),
            false => self.comparison(),
        }
    }

    fn comparison(&mut self) -> Result<Expression, String> {
        let left = self.sum()?;
        let is_negated = self.takes("NOT");
        let found = if self.takes("IN") {
            self.expect("(")?;
            let list = self.list(Self::expression)?;
            self.expect(")")?;
            Expression::In(Box::new(left), list)
        } else if self.takes("BETWEEN") {
            let from = self.sum()?;
            self.expect("AND")?;
            let to = self.sum()?;
            let above = binary(Operator::GreaterOrEqual, left.clone(), from);
            binary(Operator::And, above, binary(Operator::LessOrEqual, left, to))
        } else if self.takes("LIKE") {
            match self.tokens.get(self.next) {
                Some(Token::Text(pattern)) => {
                    let pattern = pattern.clone();
                    self.next += 1;
                    Expression::Like(Box::new(left), pattern)
                }
                _ => return Err("LIKE wants a text".to_owned()),
            }
        } else if self.takes("IS") {
            let is_negated = self.takes("NOT");
            self.expect("NULL")?;
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
            match operators.into_iter().find(|(sign, _)| self.takes(sign)) {
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
        self.chain(&[("+", Operator::Plus), ("-", Operator::Minus)], Self::product)
    }

    fn product(&mut self) -> Result<Expression, String> {
        self.chain(&[("*", Operator::Times), ("/", Operator::Divided)], Self::primary)
    }

    fn primary(&mut self) -> Result<Expression, String> {
        if self.takes("(") {
            let inner = self.expression()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.takes("-") {
            return Ok(Expression::Negative(Box::new(self.primary()?)));
        }
        self.takes("+");
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
                if self.takes("(") {
                    return self.call(name);
                }
                let mut parts = vec![name];
                while self.takes(".") {
                    parts.push(self.name()?);
                }
                let column = parts.pop().unwrap_or_default();
                let table = (!parts.is_empty()).then(|| parts.join("."));
                Ok(Expression::Column(table, column))
            }
            Some(Token::Sign(_)) | None => Err(self.unexpected(" a value")),
        }
    }

    fn call(&mut self, name: String) -> Result<Expression, String> {
        let mut arguments = Vec::new();
        if self.takes("*") {
            self.expect(")")?;
        } else if !self.takes(")") {
            arguments = self.list(Self::expression)?;
            self.expect(")")?;
        }
        Ok(Expression::Call(name.to_ascii_uppercase(), arguments))
    }
}

fn binary(operator: Operator, left: Expression, right: Expression) -> Expression {
    Expression::Binary(operator, Box::new(left), Box::new(right))
}
