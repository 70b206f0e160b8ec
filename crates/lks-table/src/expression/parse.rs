//! Tokens to a tree, one function per level of precedence.

mod operand;

use crate::expression::tokens::{Token, TokenKind};
use crate::expression::{Arithmetic, Comparison, Fault, Node, NodeKind};

/// Parentheses, lists and negations may be nested this deep; the tree is walked by recursion.
const MAX_DEPTH: usize = 64;

/// The one condition that the tokens are.
pub(super) fn expression(tokens: Vec<Token>) -> Result<Node, Fault> {
    let mut parser = Parser {
        tokens,
        next: 0,
        depth: 0,
    };
    if parser.peek() == &TokenKind::End {
        return Err(parser.fault("the expression is empty; write for example `sector == 14`"));
    }
    let root = parser.any_of()?;
    match parser.peek() {
        TokenKind::End => Ok(root),
        TokenKind::Symbol("=") => Err(parser.fault("`=` does not compare; write `==`")),
        TokenKind::Symbol(")" | "]") => Err(parser.fault("this bracket was not opened")),
        _ => Err(parser.fault("expected `and`, `or` or a comparison here")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn any_of(&mut self) -> Result<Node, Fault> {
        let first = self.all_of()?;
        self.list_of(first, "or", "|", Self::all_of, NodeKind::Or)
    }

    fn all_of(&mut self) -> Result<Node, Fault> {
        let first = self.negation()?;
        self.list_of(first, "and", "&", Self::negation, NodeKind::And)
    }

    fn list_of(
        &mut self,
        first: Node,
        word: &str,
        symbol: &'static str,
        part: fn(&mut Self) -> Result<Node, Fault>,
        kind: fn(Vec<Node>) -> NodeKind,
    ) -> Result<Node, Fault> {
        let at = first.at;
        let mut parts = vec![first];
        while self.takes_word(word) || self.takes(symbol) {
            parts.push(part(self)?);
        }
        match parts.len() {
            1 => Ok(parts.remove(0)),
            _ => Ok(Node { at, kind: kind(parts) }),
        }
    }

    fn negation(&mut self) -> Result<Node, Fault> {
        let at = self.at();
        if self.takes_word("not") || self.takes("~") {
            let inner = self.nested(Self::negation)?;
            return Ok(Node {
                at,
                kind: NodeKind::Not(Box::new(inner)),
            });
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Node, Fault> {
        let first = self.sum()?;
        let mut rest = Vec::new();
        while let Some(comparison) = self.takes_comparison()? {
            let value = self.sum()?;
            let is_list = matches!(value.kind, NodeKind::List(_));
            let comparison = match comparison {
                Comparison::Equal if is_list => Comparison::In,
                Comparison::NotEqual if is_list => Comparison::NotIn,
                other => other,
            };
            let wants_list = matches!(comparison, Comparison::In | Comparison::NotIn);
            if wants_list != is_list {
                let message = if is_list {
                    "a list goes after `in`, `==` or `!=`"
                } else {
                    "`in` wants a list: [14, 15]"
                };
                return Err(Fault::new(value.at, message));
            }
            rest.push((comparison, value));
        }
        Ok(chain(first, rest, NodeKind::Compare))
    }

    fn takes_comparison(&mut self) -> Result<Option<Comparison>, Fault> {
        let comparison = match self.peek() {
            TokenKind::Symbol("==") => Comparison::Equal,
            TokenKind::Symbol("!=") => Comparison::NotEqual,
            TokenKind::Symbol("<") => Comparison::Less,
            TokenKind::Symbol("<=") => Comparison::LessOrEqual,
            TokenKind::Symbol(">") => Comparison::Greater,
            TokenKind::Symbol(">=") => Comparison::GreaterOrEqual,
            TokenKind::Word(word) if word == "in" => Comparison::In,
            TokenKind::Word(word) if word == "not" => {
                self.next += 1;
                if !self.takes_word("in") {
                    return Err(self.fault("expected `in` after `not`"));
                }
                return Ok(Some(Comparison::NotIn));
            }
            _ => return Ok(None),
        };
        self.next += 1;
        Ok(Some(comparison))
    }

    fn sum(&mut self) -> Result<Node, Fault> {
        self.arithmetic(Self::product, &[("+", Arithmetic::Add), ("-", Arithmetic::Subtract)])
    }

    fn product(&mut self) -> Result<Node, Fault> {
        let symbols = [
            ("*", Arithmetic::Multiply),
            ("/", Arithmetic::Divide),
            ("%", Arithmetic::Remainder),
        ];
        self.arithmetic(Self::signed, &symbols)
    }

    fn arithmetic(
        &mut self,
        part: fn(&mut Self) -> Result<Node, Fault>,
        symbols: &[(&'static str, Arithmetic)],
    ) -> Result<Node, Fault> {
        let first = part(self)?;
        let mut rest = Vec::new();
        while let Some((_, operation)) = symbols
            .iter()
            .find(|(symbol, _)| *self.peek() == TokenKind::Symbol(symbol))
        {
            self.next += 1;
            rest.push((*operation, part(self)?));
        }
        Ok(chain(first, rest, NodeKind::Arithmetic))
    }

    fn signed(&mut self) -> Result<Node, Fault> {
        let at = self.at();
        if !self.takes("-") {
            return self.with_methods();
        }
        let inner = self.nested(Self::signed)?;
        let kind = match inner.kind {
            NodeKind::Integer(value) => NodeKind::Integer(-value),
            NodeKind::Float(value) => NodeKind::Float(-value),
            kind => NodeKind::Negative(Box::new(Node { at: inner.at, kind })),
        };
        Ok(Node { at, kind })
    }

    fn nested(&mut self, part: impl FnOnce(&mut Self) -> Result<Node, Fault>) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fault(format!("nested more than {MAX_DEPTH} deep")));
        }
        let node = part(self)?;
        self.depth -= 1;
        Ok(node)
    }

    fn boolean(&mut self) -> Result<bool, Fault> {
        for (word, value) in [("True", true), ("true", true), ("False", false), ("false", false)] {
            if self.takes_word(word) {
                return Ok(value);
            }
        }
        Err(self.fault("expected `True` or `False`"))
    }

    fn word(&mut self, what: &str) -> Result<String, Fault> {
        let TokenKind::Word(word) = self.peek().clone() else {
            return Err(self.fault(format!("expected {what}")));
        };
        self.next += 1;
        Ok(word)
    }

    fn expect(&mut self, symbol: &'static str) -> Result<(), Fault> {
        if self.takes(symbol) {
            Ok(())
        } else {
            Err(self.fault(format!("expected `{symbol}` here")))
        }
    }

    fn takes(&mut self, symbol: &'static str) -> bool {
        let is_next = *self.peek() == TokenKind::Symbol(symbol);
        self.next += usize::from(is_next);
        is_next
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.peek(), TokenKind::Word(next) if next == word);
        self.next += usize::from(is_next);
        is_next
    }

    /// The next token; the last one, `End`, is never passed.
    fn peek(&self) -> &TokenKind {
        self.tokens.get(self.next).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn at(&self) -> usize {
        self.tokens
            .get(self.next)
            .or(self.tokens.last())
            .map_or(0, |token| token.at)
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.at(), message)
    }
}

/// What one operator after the other makes of the first part; the part itself if none follows.
fn chain<T>(first: Node, rest: Vec<T>, kind: fn(Box<Node>, Vec<T>) -> NodeKind) -> Node {
    match rest.is_empty() {
        true => first,
        false => Node {
            at: first.at,
            kind: kind(Box::new(first), rest),
        },
    }
}
