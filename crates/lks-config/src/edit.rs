//! Writes settings files: one value changed in place with everything else kept, or the commented template. A file is replaced by
//! rename when it is complete, so no reader sees half of it; parents are created.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;
use toml_edit::{Document, DocumentMut, Item, Table, TableLike};

use crate::declaration::{Declaration, find};
use crate::document::template;
use crate::error::{Error, Problem};
use crate::layer::Layers;
use crate::origin::Origin;
use crate::read::{Content, read};
use crate::toml_file;

/// Sets a key in a TOML file and keeps its comments and order. A line of the template that is commented out is un-commented; an
/// optional key is unset by an empty value. A file that is not there is created, with its parents.
///
/// # Errors
///
/// [`Error::Invalid`] for an unknown key, a value that is not allowed, or a file that is not TOML; [`Error::Unreadable`] and
/// [`Error::Write`] as the system says. The file is as it was then.
pub fn set_in_file(path: &Path, key: &str, value: &str) -> Result<(), Error> {
    let declaration = find(key)?;
    let origin = Origin::Override {
        flag: format!("{key}={value}"),
    };
    let value = declaration
        .parse_text(value)
        .map_err(|allowed| Error::Invalid(vec![Problem::value(origin, key, value, &allowed)]))?;
    let text = text_of(path)?.unwrap_or_default();
    replace(path, &edited(&text, path, declaration, value.to_toml())?)
}

/// Removes a key from a TOML file, so that the layers below apply again. Its line becomes a comment with the default, as in the
/// template; everything else stays. Returns whether the key was there.
///
/// # Errors
///
/// As [`set_in_file`].
pub fn unset_in_file(path: &Path, key: &str) -> Result<bool, Error> {
    let declaration = find(key)?;
    let Some(text) = text_of(path)? else { return Ok(false) };
    let without = without(&text, path, declaration)?;
    if let Some(without) = &without {
        replace(path, without)?;
    }
    Ok(without.is_some())
}

/// The text of a TOML file; `None` if it does not exist.
fn text_of(path: &Path) -> Result<Option<String>, Error> {
    let unreadable = |reason| Error::Unreadable {
        path: path.to_owned(),
        reason,
    };
    if path.extension().is_some_and(|extension| extension == "cfg") {
        return Err(unreadable(
            "it is a file of the Python package; set the key in a TOML file".into(),
        ));
    }
    match read(path) {
        Content::Text(text) => Ok(Some(text)),
        Content::Missing => Ok(None),
        Content::Wrong(reason) | Content::Unreadable(reason) => Err(unreadable(reason)),
    }
}

/// Writes the commented template.
///
/// # Errors
///
/// [`Error::Exists`] if something is there and `force` is not set; [`Error::Write`] as the system says.
pub fn init_file(path: &Path, force: bool) -> Result<(), Error> {
    if !force && path.symlink_metadata().is_ok() {
        return Err(Error::Exists(path.to_owned()));
    }
    replace(path, &template())
}

/// The text of a file with one key set.
fn edited(text: &str, path: &Path, declaration: &Declaration, value: toml_edit::Value) -> Result<String, Error> {
    let mut document: DocumentMut = text.parse().map_err(|_| Error::Invalid(syntax_problems(text, path)))?;
    if is_absent(&document, declaration.key)
        && let Some(uncommented) = uncommented(text, declaration.key, &value)
    {
        return Ok(uncommented);
    }
    match declaration.key.split_once('.') {
        None => put(document.as_table_mut(), declaration.key, value),
        Some((section, name)) => {
            let item = document.entry(section).or_insert_with(|| {
                let mut table = Table::new();
                // `section.name = …` can stand anywhere at the top, as in the template.
                table.set_dotted(true);
                Item::Table(table)
            });
            match item.as_table_like_mut() {
                Some(table) => put(table, name, value),
                None => return Err(Error::Invalid(syntax_problems(text, path))),
            }
        }
    }
    Ok(document.to_string())
}

/// The text of a file without one key; none where it does not have it.
fn without(text: &str, path: &Path, declaration: &Declaration) -> Result<Option<String>, Error> {
    let invalid = || Error::Invalid(syntax_problems(text, path));
    let document = Document::parse(text).map_err(|_| invalid())?;
    let (section, name) = match declaration.key.split_once('.') {
        Some((section, name)) => (document.get(section), name),
        None => (Some(document.as_item()), declaration.key),
    };
    let Some(table) = section else { return Ok(None) };
    let table = table.as_table_like().ok_or_else(invalid)?;
    let Some((key, item)) = table.get_key_value(name) else {
        return Ok(None);
    };
    let (Some(key), Some(value)) = (key.span(), item.span()) else {
        return Err(invalid());
    };
    if section.is_some_and(Item::is_inline_table) {
        // It has no line of its own that could become a comment.
        let mut document: DocumentMut = text.parse().map_err(|_| invalid())?;
        let table = declaration
            .key
            .split_once('.')
            .and_then(|(section, _)| document.get_mut(section));
        table
            .and_then(Item::as_inline_table_mut)
            .and_then(|table| table.remove(name));
        return Ok(Some(document.to_string()));
    }
    let line = text[..key.start].rfind('\n').map_or(0, |end| end + 1);
    let default = declaration.default_value().to_toml();
    let (head, tail) = (&text[line..value.start], &text[value.end..]);
    Ok(Some(format!("{}# {head}{default}{tail}", &text[..line])))
}

fn put(table: &mut dyn TableLike, name: &str, mut value: toml_edit::Value) {
    match table.get_mut(name).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => {
            table.insert(name, Item::Value(value));
        }
    }
}

fn is_absent(document: &DocumentMut, key: &str) -> bool {
    let mut item = Some(document.as_item());
    for part in key.split('.') {
        item = item.and_then(|item| item.get(part));
    }
    item.is_none()
}

/// The text with the first commented line `# key = …` at the top level turned into the setting.
fn uncommented(text: &str, key: &str, value: &toml_edit::Value) -> Option<String> {
    // A line such as `# jobs = 4 was too slow` is a remark: only what would be TOML is a setting.
    let is_setting = |line: &str| {
        let setting = line.trim_start().strip_prefix('#').map(str::trim_start);
        setting
            .and_then(|setting| setting.parse::<DocumentMut>().ok())
            .is_some_and(|document| !is_absent(&document, key))
    };
    let top = text
        .split_inclusive('\n')
        .take_while(|line| !line.trim_start().starts_with('['));
    let mut start = 0;
    for line in top {
        if is_setting(line) {
            let end = start + line.trim_end().len();
            let edited = format!("{}{key} = {value}{}", &text[..start], &text[end..]);
            // A `#` line inside a text of several lines is not a comment: then the result is another document.
            return edited
                .parse::<DocumentMut>()
                .ok()
                .filter(|document| !is_absent(document, key))
                .map(|_| edited);
        }
        start += line.len();
    }
    None
}

/// What is wrong with a text that is not TOML, or in which a section is not a table.
fn syntax_problems(text: &str, path: &Path) -> Vec<Problem> {
    let mut layers = Layers::default();
    toml_file::gather(text, path, &mut layers);
    layers.problems
}

/// Writes a complete file beside the old one and renames it over.
fn replace(path: &Path, text: &str) -> Result<(), Error> {
    // Settings often are symbolic links into a repository of dotfiles: the file behind is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let failed = |operation, path: &Path| {
        let path = path.to_owned();
        move |source| Error::Write {
            operation,
            path,
            source,
        }
    };
    if let Some(parent) = target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(failed("create", parent))?;
    }
    if target.is_dir() {
        return Err(failed("write", &target)(io::ErrorKind::IsADirectory.into()));
    }
    let mut file = beside(&target).map_err(failed("create a file beside", &target))?;
    write(file.as_file_mut(), text, fs::metadata(&target).ok()).map_err(failed("write", file.path()))?;
    let replaced = file.persist(&target);
    replaced.map_err(|error| failed("replace", &target)(error.error))?;
    Ok(())
}

fn write(file: &mut File, text: &str, old: Option<fs::Metadata>) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    if let Some(old) = old {
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()
}

/// A new file in the same directory, which others may read as the user's `umask` allows. Dropped, it is removed.
fn beside(target: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".lksearch-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    match target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => builder.tempfile_in(parent),
        None => builder.tempfile_in("."),
    }
}

#[cfg(test)]
mod tests;
