//! Reads a lock strictly: whoever edited, merged or cut it learns the line. What it names is checked as if a server had sent it.

mod block;
mod line;

use std::collections::{BTreeMap, HashMap};

use lks_cache::is_sha256;
use lks_mast::Product;

use self::block::{Block, Kind, Value, section};
use self::line::{Outcome, is_name, number, shown, string, whole_line, wrong};
use super::text::END;
use super::{Content, LOCK_VERSION, Lock, LockedProduct};
use crate::error::Error;
use crate::store::key::key_of;

/// Larger files are not locks: more than half a million products.
const MOST_BYTES: usize = 256 << 20;
/// Longer URIs are not the archive's.
const LONGEST_URI: usize = 2048;

impl Lock {
    /// Reads what [`Lock::to_text`] wrote.
    ///
    /// # Errors
    /// [`Error::Lock`] with the line, if it is not a whole lock of a version that is known, or names something twice or unsafely.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        if text.len() > MOST_BYTES {
            return Err(wrong(
                1,
                format!("a lock has at most {MOST_BYTES} bytes; this has {}", text.len()),
            ));
        }
        let mut reader = Reader::default();
        let mut num_lines = 0;
        for (n, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
            num_lines = n + 1;
            reader.line(num_lines, line)?;
        }
        reader.finish(num_lines)
    }
}

#[derive(Default)]
struct Reader {
    lock: Lock,
    block: Option<Block>,
    has_ended: bool,
    lines_of_uris: HashMap<String, usize>,
    lines_of_paths: HashMap<String, usize>,
}

impl Reader {
    fn line(&mut self, n: usize, line: &[u8]) -> Outcome<()> {
        let line = whole_line(n, line)?;
        if self.has_ended {
            return Err(wrong(
                n,
                format!("something stands after the last line, `{END}`; remove it"),
            ));
        }
        if line == END {
            self.has_ended = true;
        } else if let Some(header) = line.strip_prefix('[') {
            self.close(n)?;
            self.block = Some(Block {
                line: n,
                kind: section(n, header)?,
                values: BTreeMap::new(),
            });
        } else if !(line.is_empty() || line.starts_with('#')) {
            self.pair(n, line)?;
        }
        Ok(())
    }

    fn pair(&mut self, n: usize, line: &str) -> Outcome<()> {
        let block = self.block.get_or_insert_with(|| Block {
            line: n,
            kind: Kind::Head,
            values: BTreeMap::new(),
        });
        let Some((key, value)) = line
            .split_once(" = ")
            .filter(|(key, value)| is_name(key) && !value.is_empty())
        else {
            return Err(wrong(
                n,
                format!("this is neither `key = value` nor a comment: {}", shown(line)),
            ));
        };
        let Some(known) = block.kind.keys().iter().copied().find(|known| *known == key) else {
            return match block.values.contains_key("version") || block.kind != Kind::Head {
                // Later programs may add some.
                true => Ok(()),
                false => Err(wrong(
                    n,
                    "a lock begins with `version = 1`; is this the lock of another program?",
                )),
            };
        };
        let value = match known {
            "version" | "size" => Value::Number(number(n, known, value)?),
            _ => Value::Text(string(n, known, value)?),
        };
        if let ("version", Value::Number(version)) = (known, &value)
            && *version != u64::from(LOCK_VERSION)
        {
            let reason = match *version > u64::from(LOCK_VERSION) {
                true => format!(
                    "it is of version {version}, and this program reads version {LOCK_VERSION}; a newer lksearch wrote it, and reads it"
                ),
                false => format!("there is no version {version} of the format"),
            };
            return Err(wrong(n, reason));
        }
        match block.values.insert(known, (n, value)) {
            Some((first, _)) => Err(wrong(
                n,
                format!("`{known}` stands here a second time, after line {first}"),
            )),
            None if known != "version" && block.kind == Kind::Head && !block.values.contains_key("version") => {
                Err(wrong(n, "a lock begins with `version = 1`"))
            }
            None => Ok(()),
        }
    }

    /// The block that ends before line `n`.
    fn close(&mut self, n: usize) -> Outcome<()> {
        let Some(mut block) = self.block.take() else {
            return Err(wrong(n, "a lock begins with `version = 1`"));
        };
        match block.kind {
            Kind::Head => {
                block.needs("version")?;
                self.lock.program = block.text("program").unwrap_or_default();
                self.lock.date = block.text("date").unwrap_or_default();
            }
            Kind::Question => {
                block.needs("text")?;
                self.lock.questions.extend(block.text("text"));
            }
            Kind::Product => {
                let lines = (block.line_of("uri")?, block.line_of("path")?);
                let locked = product(&mut block)?;
                let path = locked.product.path().join("/");
                once(&mut self.lines_of_uris, locked.product.uri().to_owned(), lines.0)?;
                once(&mut self.lines_of_paths, path, lines.1)?;
                self.lock.products.push(locked);
            }
            Kind::Unknown => {}
        }
        Ok(())
    }

    fn finish(mut self, num_lines: usize) -> Outcome<Lock> {
        if num_lines == 0 {
            return Err(wrong(1, "there is nothing in it"));
        }
        if !self.has_ended {
            let reason =
                format!("the lock is cut: its last line is `{END}`, which is not here; take it from where it is whole");
            return Err(wrong(num_lines, reason));
        }
        self.close(num_lines)?;
        self.lock.products.sort_by(|a, b| a.product.uri().cmp(b.product.uri()));
        Ok(self.lock)
    }
}

fn product(block: &mut Block) -> Outcome<LockedProduct> {
    let (of_uri, of_path) = (block.line_of("uri")?, block.line_of("path")?);
    let (of_size, of_hash) = (block.line_of("size")?, block.line_of("sha256")?);
    let (uri, path) = (
        block.text("uri").unwrap_or_default(),
        block.text("path").unwrap_or_default(),
    );
    if uri.len() > LONGEST_URI {
        return Err(wrong(
            of_uri,
            format!("a URI has at most {LONGEST_URI} bytes; this has {}", uri.len()),
        ));
    }
    let components: Vec<&str> = path.split('/').collect();
    let named = Product::of_record(&uri, &components).filter(|named| named.uri() == uri);
    let other_path = |expected: &str| {
        wrong(
            of_path,
            format!("the path of this product is {expected}, not {}", shown(&path)),
        )
    };
    let named = named.ok_or_else(|| match uri.starts_with("mast:") {
        true => other_path("<collection>/<observation>/<file>"),
        false => wrong(
            of_uri,
            format!(
                "this is not the URI of a product, as `mast:…`, or of a cutout, as `tesscut:…`: {}",
                shown(&uri)
            ),
        ),
    })?;
    if named.path() != components {
        return Err(other_path(&expected(&named)));
    }
    if let Some(name) = named.name_in_uri() {
        return Err(other_path(&format!("<collection>/<observation>/{name}")));
    }
    key_of(&named).map_err(|error| wrong(of_path, error.to_string()))?;
    let size = block
        .number("size")
        .ok_or_else(|| wrong(of_size, "`size` is not a number"))?;
    let sha256 = block.text("sha256").unwrap_or_default();
    if !is_sha256(&sha256) {
        let reason = format!(
            "a SHA-256 is 64 hexadecimal digits in lower case; this is {}",
            shown(&sha256)
        );
        return Err(wrong(of_hash, reason));
    }
    Ok(LockedProduct {
        product: named.with_size(size),
        content: Content {
            size,
            sha256,
            etag: block.text("etag"),
            last_modified: block.text("last_modified"),
        },
        source: block.text("source"),
        note: block.text("note"),
    })
}

fn expected(product: &Product) -> String {
    match product.cutout() {
        Some(_) => product.path().join("/"),
        None => "<collection>/<observation>/<file>".to_owned(),
    }
}

fn once(lines: &mut HashMap<String, usize>, name: String, line: usize) -> Outcome<()> {
    match lines.get(&name) {
        Some(first) => Err(wrong(
            line,
            format!("{} stands here a second time, after line {first}", shown(&name)),
        )),
        None => {
            lines.insert(name, line);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
