//! The gist of an HTML or XML page, for messages: servers answer a request for data with a page when something is wrong.

/// The text of a page without its markup, or only its title, or the message of an error in XML; other text as it is.
pub fn html_excerpt(page: &str) -> String {
    if !page.trim_start().starts_with('<') {
        return page.to_owned();
    }
    let said = |name| element(page, name).filter(|text| !text.trim().is_empty());
    let mut words = String::new();
    let mut is_markup = false;
    let gist = said("title").or_else(|| said("message")).unwrap_or(page);
    for letter in gist.chars() {
        match letter {
            '<' => is_markup = true,
            '>' => {
                is_markup = false;
                words.push(' ');
            }
            _ if is_markup => {}
            letter => words.push(letter),
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The content of the first element of this name.
fn element<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let lower = page.to_ascii_lowercase();
    let begin = lower.find(&format!("<{name}>"))? + name.len() + 2;
    let length = lower[begin..].find("</")?;
    Some(&page[begin..begin + length])
}

#[cfg(test)]
mod tests;
