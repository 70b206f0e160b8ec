//! What stands between operators: values, lists, parentheses, and the methods on them.

use crate::expression::parse::Parser;
use crate::expression::tokens::TokenKind;
use crate::expression::{Case, Comparison, Fault, Node, NodeKind, TextTest};

/// Each method is a level of the tree, as a parenthesis is.
const MAX_METHODS: usize = 8;

impl Parser {
    pub(super) fn with_methods(&mut self) -> Result<Node, Fault> {
        let mut subject = self.primary()?;
        let mut num_methods = 0;
        while self.takes(".") {
            num_methods += 1;
            if num_methods > MAX_METHODS {
                return Err(self.fault(format!("more than {MAX_METHODS} methods on one value")));
            }
            subject = self.method(subject)?;
        }
        Ok(subject)
    }

    fn method(&mut self, subject: Node) -> Result<Node, Fault> {
        let name_at = self.at();
        let mut name = self.word("the name of a method")?;
        if name == "str" && self.takes(".") {
            name = format!("str.{}", self.word("the name of a method")?);
        }
        let at = subject.at;
        let subject = Box::new(subject);
        let test = match name.as_str() {
            "str.contains" => TextTest::Contains,
            "str.startswith" => TextTest::StartsWith,
            "str.endswith" => TextTest::EndsWith,
            "str.lower" | "str.upper" => {
                self.expect("(")?;
                self.expect(")")?;
                let case = if name == "str.lower" { Case::Lower } else { Case::Upper };
                return Ok(Node {
                    at,
                    kind: NodeKind::Cased(subject, case),
                });
            }
            "isnull" | "isna" | "notnull" | "notna" => {
                self.expect("(")?;
                self.expect(")")?;
                let is_null = Node {
                    at,
                    kind: NodeKind::IsNull(subject),
                };
                let is_negated = name.starts_with("not");
                return Ok(if is_negated {
                    Node {
                        at,
                        kind: NodeKind::Not(Box::new(is_null)),
                    }
                } else {
                    is_null
                });
            }
            "between" => {
                self.expect("(")?;
                let low = self.nested(Self::sum)?;
                self.expect(",")?;
                let high = self.nested(Self::sum)?;
                self.expect(")")?;
                let above = NodeKind::Compare(subject.clone(), vec![(Comparison::GreaterOrEqual, low)]);
                let below = NodeKind::Compare(subject, vec![(Comparison::LessOrEqual, high)]);
                return Ok(Node {
                    at,
                    kind: NodeKind::And(vec![Node { at, kind: above }, Node { at, kind: below }]),
                });
            }
            "isin" => {
                self.expect("(")?;
                let list_at = self.at();
                let list = self.nested(Self::primary)?;
                if !matches!(list.kind, NodeKind::List(_)) {
                    return Err(Fault::new(list_at, "`isin` wants a list: [14, 15]"));
                }
                self.expect(")")?;
                return Ok(Node {
                    at,
                    kind: NodeKind::Compare(subject, vec![(Comparison::In, list)]),
                });
            }
            _ => {
                let known =
                    "str.contains, str.startswith, str.endswith, str.lower, str.upper, isnull, notnull, between, isin";
                return Err(Fault::new(name_at, format!("no method `{name}`; there are {known}")));
            }
        };
        let (needle, is_case_sensitive) = self.text_arguments()?;
        Ok(Node {
            at,
            kind: NodeKind::TextTest {
                subject,
                test,
                needle,
                is_case_sensitive,
            },
        })
    }

    /// `("text", case=False, …)`
    fn text_arguments(&mut self) -> Result<(String, bool), Fault> {
        self.expect("(")?;
        let TokenKind::Text(needle) = self.peek().clone() else {
            return Err(self.fault("expected a text in quotes"));
        };
        self.next += 1;
        let mut is_case_sensitive = true;
        while self.takes(",") {
            let at = self.at();
            let option = self.word("`case=` or `regex=`")?;
            self.expect("=")?;
            let value = self.boolean()?;
            match (option.as_str(), value) {
                ("case", value) => is_case_sensitive = value,
                // A null is never chosen, and the text is always literal: these say what happens anyway.
                ("regex" | "na", false) => {}
                ("regex", true) => {
                    return Err(Fault::new(
                        at,
                        "patterns are not supported: the text is taken literally",
                    ));
                }
                _ => {
                    return Err(Fault::new(
                        at,
                        format!("no option `{option}={value}`; there is `case=False`"),
                    ));
                }
            }
        }
        self.expect(")")?;
        Ok((needle, is_case_sensitive))
    }

    fn primary(&mut self) -> Result<Node, Fault> {
        let at = self.at();
        let kind = match self.peek().clone() {
            TokenKind::Integer(value) => NodeKind::Integer(value),
            TokenKind::Float(value) => NodeKind::Float(value),
            TokenKind::Text(text) => NodeKind::Text(text),
            TokenKind::Column(name) => NodeKind::Column(name),
            TokenKind::Word(word) => match word.as_str() {
                "True" | "true" => NodeKind::Boolean(true),
                "False" | "false" => NodeKind::Boolean(false),
                "None" | "null" | "nan" | "NaN" => {
                    return Err(self.fault(format!(
                        "nothing equals `{word}`; write `column.isnull()` or `.notnull()`"
                    )));
                }
                "and" | "or" | "in" | "not" => return Err(self.fault(format!("expected a value before `{word}`"))),
                _ => NodeKind::Column(word),
            },
            TokenKind::Symbol("[") => return self.nested(|parser| parser.list("]")),
            TokenKind::Symbol("(") => return self.nested(Self::parentheses),
            TokenKind::Symbol("=") => return Err(self.fault("`=` does not compare; write `==`")),
            TokenKind::Symbol(symbol) => return Err(self.fault(format!("expected a value, not `{symbol}`"))),
            TokenKind::End => return Err(self.fault("the expression ends where a value should be")),
        };
        self.next += 1;
        Ok(Node { at, kind })
    }

    /// A condition or value in parentheses, or a list written as a tuple.
    fn parentheses(&mut self) -> Result<Node, Fault> {
        let opening = self.next;
        let at = self.at();
        self.expect("(")?;
        let inner = self.any_of()?;
        if *self.peek() == TokenKind::Symbol(",") {
            self.next = opening;
            return self.list(")");
        }
        if !self.takes(")") {
            return Err(match self.peek() {
                TokenKind::End => Fault::new(at, "this bracket is not closed"),
                TokenKind::Symbol("=") => self.fault("`=` does not compare; write `==`"),
                _ => self.fault("expected `and`, `or`, a comparison or `)` here"),
            });
        }
        Ok(Node { at, kind: inner.kind })
    }

    fn list(&mut self, closing: &'static str) -> Result<Node, Fault> {
        let at = self.at();
        self.next += 1;
        let mut values = Vec::new();
        while !self.takes(closing) {
            let value = self.signed()?;
            if !matches!(
                value.kind,
                NodeKind::Integer(_) | NodeKind::Float(_) | NodeKind::Text(_) | NodeKind::Boolean(_)
            ) {
                return Err(Fault::new(value.at, "a list holds numbers or texts in quotes"));
            }
            values.push(value);
            if !self.takes(",") && *self.peek() != TokenKind::Symbol(closing) {
                return Err(match self.peek() {
                    TokenKind::End => Fault::new(at, "this list is not closed"),
                    _ => self.fault(format!("expected `,` or `{closing}` here")),
                });
            }
        }
        Ok(Node {
            at,
            kind: NodeKind::List(values),
        })
    }
}
