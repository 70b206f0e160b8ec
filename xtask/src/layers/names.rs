//! What the sources of a crate name, read from their tokens: comments, documents and tests do not count, however they are written.

use std::collections::BTreeSet;
use std::iter::Peekable;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The words after which an item is named.
const DECLARING: [&str; 6] = ["struct", "enum", "trait", "type", "fn", "const"];

/// What one file names, most of it with its line.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Paths as they are written, those of a `use` in full: `std::env::var`. A single identifier is a path, too.
    pub paths: Vec<(String, usize)>,
    /// Macros that are called: `println!`.
    pub macros: Vec<(String, usize)>,
    /// The words of identifiers and texts in lower case: `obs_id` is `obs` and `id`, `"ObsId"` is `obsid`, too.
    pub words: Vec<(String, usize)>,
    /// The names of the types, traits, functions and constants that are declared.
    pub items: BTreeSet<String>,
    /// Types of statics, and whether they are `mut`.
    pub statics: Vec<(String, usize)>,
}

impl Names {
    /// Reads a source file.
    pub(crate) fn of(source: &str) -> Result<Self, String> {
        let tokens: TokenStream = source.parse().map_err(|error| format!("not Rust: {error}"))?;
        let mut names = Self::default();
        names.read(tokens);
        Ok(names)
    }

    fn read(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut is_lifetime = false;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    if matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!') {
                        tokens.next();
                    }
                    let Some(TokenTree::Group(attribute)) = tokens.next() else {
                        continue;
                    };
                    match Attribute::of(&attribute) {
                        Attribute::Test => skip_item(&mut tokens),
                        Attribute::Document => {}
                        Attribute::Other => self.read(attribute.stream()),
                    }
                }
                TokenTree::Ident(ident) => {
                    let (name, line) = (ident.to_string(), ident.span().start().line);
                    if name == "static" && !is_lifetime {
                        self.statics.push((type_of_static(tokens.clone()), line));
                    }
                    // `const fn` names a function.
                    if let Some(TokenTree::Ident(item)) = tokens.peek()
                        && DECLARING.contains(&name.as_str())
                        && *item != "fn"
                    {
                        self.items.insert(item.to_string());
                    }
                    self.path(String::new(), name, line, &mut tokens);
                }
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Literal(literal) => self.words(&literal.to_string(), literal.span().start().line),
                TokenTree::Punct(punct) => {
                    is_lifetime = punct.as_char() == '\'';
                    continue;
                }
            }
            is_lifetime = false;
        }
    }

    /// What begins with this identifier: a path, all paths of a `use` with braces, or the name of a macro.
    fn path(&mut self, before: String, name: String, line: usize, tokens: &mut Peekable<IntoIter>) {
        self.words(&name, line);
        let path = if before.is_empty() {
            name
        } else {
            format!("{before}::{name}")
        };
        if matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!') {
            tokens.next();
            let is_unequal = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=');
            match is_unequal {
                true => self.paths.push((path, line)),
                false => self.macros.push((format!("{path}!"), line)),
            }
            return;
        }
        if !skip_colons(tokens) {
            self.paths.push((path, line));
            return;
        }
        match tokens.peek() {
            Some(TokenTree::Ident(_)) => {
                if let Some(TokenTree::Ident(next)) = tokens.next() {
                    self.path(path, next.to_string(), next.span().start().line, tokens);
                }
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let mut inner = group.stream().into_iter().peekable();
                tokens.next();
                self.tree(&path, &mut inner);
            }
            // `Vec::<u8>::new`, `use std::fs::*`
            _ => self.paths.push((path, line)),
        }
    }

    /// The inside of the braces of a `use`.
    fn tree(&mut self, before: &str, tokens: &mut Peekable<IntoIter>) {
        while let Some(token) = tokens.next() {
            if let TokenTree::Ident(ident) = token {
                let line = ident.span().start().line;
                match ident.to_string().as_str() {
                    "self" => self.paths.push((before.to_owned(), line)),
                    name => self.path(before.to_owned(), name.to_owned(), line, tokens),
                }
            }
        }
    }

    fn words(&mut self, text: &str, line: usize) {
        for run in text
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|run| !run.is_empty())
        {
            let is_hump = |[before, letter]: [char; 2]| before.is_lowercase() && letter.is_uppercase();
            let mut word = String::new();
            let mut before = None;
            for letter in run.chars() {
                if before.is_some_and(|before| is_hump([before, letter])) {
                    self.words.push((std::mem::take(&mut word), line));
                }
                word.extend(letter.to_lowercase());
                before = Some(letter);
            }
            let whole = run.to_lowercase();
            if word != whole {
                self.words.push((word, line));
            }
            self.words.push((whole, line));
        }
    }
}

enum Attribute {
    /// What follows is compiled for tests only.
    Test,
    Document,
    Other,
}

impl Attribute {
    fn of(attribute: &Group) -> Self {
        let text: String = attribute.stream().to_string().split_whitespace().collect();
        match text.as_str() {
            text if text.starts_with("doc=") || text.starts_with("doc(") => Self::Document,
            "test" => Self::Test,
            text if text.starts_with("cfg(") => {
                let mut conditions = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
                match conditions.any(|word| word == "test") && !text.contains("not(") && !text.contains("any(") {
                    true => Self::Test,
                    false => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }
}

/// Passes over the item that an attribute belongs to: to its braces, or to its semicolon.
fn skip_item(tokens: &mut Peekable<IntoIter>) {
    for token in tokens.by_ref() {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
            TokenTree::Punct(punct) if punct.as_char() == ';' => return,
            _ => {}
        }
    }
}

fn skip_colons(tokens: &mut Peekable<IntoIter>) -> bool {
    let mut ahead = tokens.clone();
    let mut is_colon = || matches!(ahead.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    let is_path = is_colon() && is_colon();
    if is_path {
        tokens.nth(1);
    }
    is_path
}

/// `mut` and the type of a static whose name comes next.
fn type_of_static(tokens: Peekable<IntoIter>) -> String {
    let is_end = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if matches!(punct.as_char(), '=' | ';'));
    let declared: Vec<String> = tokens
        .take_while(|token| !is_end(token))
        .map(|token| token.to_string())
        .collect();
    declared.join(" ")
}

#[cfg(test)]
mod tests;
