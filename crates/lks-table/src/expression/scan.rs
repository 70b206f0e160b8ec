//! The text of an expression as words, numbers, texts and symbols.

use winnow::LocatingSlice;
use winnow::Parser;
use winnow::ascii::{digit1, multispace0};
use winnow::combinator::{alt, opt, preceded, repeat};
use winnow::error::ContextError;
use winnow::stream::{Location, Stream};
use winnow::token::{any, literal, none_of, one_of, take_till, take_while};

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

type Input<'a> = LocatingSlice<&'a str>;

/// The tokens of the text; the last one is [`TokenKind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut input = LocatingSlice::new(text);
    let mut tokens = Vec::new();
    loop {
        let _: Result<&str, ContextError> = multispace0(&mut input);
        let at = input.current_token_start();
        let kind = token(&mut input, at)?;
        let is_end = kind == TokenKind::End;
        tokens.push(Token { at, kind });
        if is_end {
            return Ok(tokens);
        }
    }
}

fn token(input: &mut Input<'_>, at: usize) -> Result<TokenKind, Fault> {
    let next = input.peek_token();
    match next {
        None => Ok(TokenKind::End),
        Some('"' | '\'') => text(input).map_err(|()| Fault::new(at, "this text is not closed by a quote")),
        Some('`') => backticks(input).map_err(|()| Fault::new(at, "this name is not closed by a backtick")),
        Some('0'..='9') => number(input, at),
        Some(c) if c.is_alphabetic() || c == '_' => Ok(word(input)),
        Some(_) => symbol(input).map_err(|()| {
            let c = next.unwrap_or_default();
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

fn text(input: &mut Input<'_>) -> Result<TokenKind, ()> {
    let quote = any::<_, ContextError>.parse_next(input).map_err(drop)?;
    let escaped = preceded('\\', any::<_, ContextError>).map(|c| match c {
        'n' => '\n',
        't' => '\t',
        other => other,
    });
    let content = repeat(0.., alt((escaped, none_of(['\\', quote])))).fold(String::new, |mut text: String, c| {
        text.push(c);
        text
    });
    (content, quote)
        .map(|(text, _)| TokenKind::Text(text))
        .parse_next(input)
        .map_err(|_: ContextError| ())
}

fn backticks(input: &mut Input<'_>) -> Result<TokenKind, ()> {
    ('`', take_till(1.., '`'), '`')
        .map(|(_, name, _): (_, &str, _)| TokenKind::Column(name.to_owned()))
        .parse_next(input)
        .map_err(|_: ContextError| ())
}

fn word(input: &mut Input<'_>) -> TokenKind {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let word: Result<&str, ContextError> = take_while(1.., is_part).parse_next(input);
    word.map_or(TokenKind::End, |word| TokenKind::Word(word.to_owned()))
}

fn number(input: &mut Input<'_>, at: usize) -> Result<TokenKind, Fault> {
    let digits = || repeat::<_, _, (), ContextError, _>(1.., alt((digit1.void(), '_'.void()))).take();
    let fraction = ('.', opt(digits()));
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digits());
    let whole = (
        digits(),
        opt(fraction),
        opt(exponent),
        take_while(0.., |c: char| c.is_alphanumeric() || c == '_'),
    );
    let (digits, _, _, rest) = whole
        .with_taken()
        .map(|((_, fraction, exponent, rest), taken)| (taken, fraction, exponent, rest))
        .parse_next(input)
        .map_err(|_| Fault::new(at, "this is not a number"))?;
    let plain = digits.replace('_', "");
    let value = match (plain.parse(), plain.parse()) {
        (Ok(integer), _) => TokenKind::Integer(integer),
        (Err(_), Ok(float)) => TokenKind::Float(float),
        (Err(_), Err(_)) => TokenKind::End,
    };
    if !rest.is_empty() || value == TokenKind::End {
        return Err(Fault::new(
            at,
            format!("`{digits}` is not a number; text goes in quotes, odd names in backticks"),
        ));
    }
    Ok(value)
}

fn symbol(input: &mut Input<'_>) -> Result<TokenKind, ()> {
    for (text, meaning) in SYMBOLS {
        let found: Result<&str, ContextError> = literal(text).parse_next(input);
        if found.is_ok() {
            return Ok(TokenKind::Symbol(meaning));
        }
    }
    Err(())
}
