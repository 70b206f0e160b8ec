//! The text of an expression as words, numbers, texts and symbols.

use crate::expression::Fault;

/// A word, number, text or symbol, and where it starts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// A bare word: a keyword or the name of a column or method.
    Word(String),
    /// A name in backticks: always a column.
    Column(String),
    Text(String),
    Integer(i64),
    Float(f64),
    Symbol(&'static str),
    End,
}

/// What may be written, longest first, and what it means.
const SYMBOLS: [(&str, &str); 23] = [
    ("==", "=="),
    ("!=", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("&&", "&"),
    ("||", "|"),
    ("<", "<"),
    (">", ">"),
    ("&", "&"),
    ("|", "|"),
    ("~", "~"),
    ("(", "("),
    (")", ")"),
    ("[", "["),
    ("]", "]"),
    (",", ","),
    (".", "."),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("%", "%"),
    ("=", "="),
];

/// The tokens of the text; the last one is [`TokenKind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let at = text.len() - rest.len();
        let kind = token(&mut rest, at)?;
        let is_end = kind == TokenKind::End;
        tokens.push(Token { at, kind });
        if is_end {
            return Ok(tokens);
        }
    }
}

/// Takes a token from the beginning of the rest, which is at this byte of the text.
fn token(rest: &mut &str, at: usize) -> Result<TokenKind, Fault> {
    match rest.chars().next() {
        None => Ok(TokenKind::End),
        Some(quote @ ('"' | '\'')) => {
            text(rest, quote).ok_or_else(|| Fault::new(at, "this text is not closed by a quote"))
        }
        Some('`') => backticks(rest).ok_or_else(|| Fault::new(at, "this name is not closed by a backtick")),
        Some('0'..='9') => number(rest, at),
        Some(c) if c.is_alphabetic() || c == '_' => Ok(TokenKind::Word(taken_while(rest, is_of_word).to_owned())),
        Some(c) => symbol(rest).ok_or_else(|| {
            let hint = match c {
                '=' => "; write `==` to compare",
                '@' => "; there are no variables here, write the value",
                '!' => "; write `not` or `!=`",
                _ => "",
            };
            Fault::new(at, format!("`{c}` means nothing here{hint}"))
        }),
    }
}

fn text(rest: &mut &str, quote: char) -> Option<TokenKind> {
    let mut chars = rest.chars();
    chars.next();
    let mut text = String::new();
    loop {
        text.push(match chars.next()? {
            end if end == quote => break,
            '\\' => match chars.next()? {
                'n' => '\n',
                't' => '\t',
                other => other,
            },
            c => c,
        });
    }
    *rest = chars.as_str();
    Some(TokenKind::Text(text))
}

fn backticks(rest: &mut &str) -> Option<TokenKind> {
    let (name, after) = rest.strip_prefix('`')?.split_once('`')?;
    *rest = after;
    (!name.is_empty()).then(|| TokenKind::Column(name.to_owned()))
}

/// Digits with `_` between them, a fraction, an exponent, and nothing of a word behind them.
fn number(rest: &mut &str, at: usize) -> Result<TokenKind, Fault> {
    let start = *rest;
    let digits = |rest: &mut &str| taken_while(rest, |c| c.is_ascii_digit() || c == '_').len();
    digits(rest);
    if let Some(fraction) = rest.strip_prefix('.') {
        *rest = fraction;
        digits(rest);
    }
    if let Some(mut exponent) = rest.strip_prefix(['e', 'E']) {
        exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits(&mut exponent) > 0 {
            *rest = exponent;
        }
    }
    let is_end = taken_while(rest, is_of_word).is_empty();
    let number = &start[..start.len() - rest.len()];
    let plain = number.replace('_', "");
    match (plain.parse(), plain.parse()) {
        (Ok(integer), _) if is_end => Ok(TokenKind::Integer(integer)),
        (Err(_), Ok(float)) if is_end => Ok(TokenKind::Float(float)),
        _ => Err(Fault::new(
            at,
            format!("`{number}` is not a number; text goes in quotes, odd names in backticks"),
        )),
    }
}

fn symbol(rest: &mut &str) -> Option<TokenKind> {
    let (after, meaning) = SYMBOLS
        .iter()
        .find_map(|(text, meaning)| Some((rest.strip_prefix(text)?, *meaning)))?;
    *rest = after;
    Some(TokenKind::Symbol(meaning))
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Takes the characters from the beginning that are such ones.
fn taken_while<'a>(rest: &mut &'a str, is_such: impl Fn(char) -> bool) -> &'a str {
    let (taken, after) = rest.split_at(rest.find(|c| !is_such(c)).unwrap_or(rest.len()));
    *rest = after;
    taken
}
