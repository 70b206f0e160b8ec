//! The words, names, numbers and signs of a query.

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
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
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
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

pub(super) fn shown(token: &Token) -> String {
    match token {
        Token::Word(word) | Token::Number(word) => word.clone(),
        Token::Name(name) => format!("\"{name}\""),
        Token::Text(text) => format!("'{text}'"),
        Token::Sign(sign) => (*sign).to_owned(),
    }
}
