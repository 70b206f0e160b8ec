//! A lock as text: TOML, one block for each product, sorted, so that two of them are compared and merged line by line.

use super::{LOCK_VERSION, Lock, LockedProduct};

pub(super) const TITLE: &str =
    "# Exact files, written by lksearch: `lksearch sync` brings these bytes, `lksearch cite` says what to cite.";
/// Tells a whole lock from one that was cut, and never changes, so that no merge meets a conflict there.
pub(super) const END: &str = "# end";

impl Lock {
    /// The lock as text, which ends with a line of its own.
    pub fn to_text(&self) -> String {
        let mut text = format!("{TITLE}\nversion = {LOCK_VERSION}\n");
        text.push_str(&line("program", &self.program));
        text.push_str(&line("date", &self.date));
        for question in &self.questions {
            text.push_str("\n[[question]]\n");
            text.push_str(&line("text", question));
        }
        for product in &self.products {
            text.push_str(&block(product));
        }
        text.push('\n');
        text.push_str(END);
        text.push('\n');
        text
    }
}

fn block(locked: &LockedProduct) -> String {
    let mut text = "\n[[product]]\n".to_owned();
    text.push_str(&line("uri", locked.product.uri()));
    text.push_str(&line("path", &locked.product.path().join("/")));
    text.push_str(&format!("size = {}\n", locked.content.size));
    text.push_str(&line("sha256", &locked.content.sha256));
    let optional = [
        ("source", &locked.source),
        ("etag", &locked.content.etag),
        ("last_modified", &locked.content.last_modified),
        ("note", &locked.note),
    ];
    for (key, value) in optional {
        if let Some(value) = value {
            text.push_str(&line(key, value));
        }
    }
    text
}

fn line(key: &str, value: &str) -> String {
    let mut text = format!("{key} = \"");
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            ' '..='~' => text.push(c),
            c if c.is_alphanumeric() => text.push(c),
            // What could reorder or break the line is spelled out.
            c => text.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    text.push_str("\"\n");
    text
}
