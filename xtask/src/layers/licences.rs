//! The licences of packages against `deny.toml`.

use cargo_metadata::Metadata;

use super::Rules;

/// Every package none of whose licence alternatives is wholly allowed.
pub(super) fn unlicensed(metadata: &Metadata, rules: &Rules) -> Vec<String> {
    let is_allowed = |license: &str| rules.licenses.allow.iter().any(|allowed| allowed == license);
    let mut breaches = Vec::new();
    for package in &metadata.packages {
        let Some(expression) = package.license.as_deref() else {
            breaches.push(format!("{} {} names no licence", package.name, package.version));
            continue;
        };
        if !satisfied(expression, &is_allowed) {
            breaches.push(format!(
                "{} {}: licence `{expression}` is not allowed by deny.toml",
                package.name, package.version
            ));
        }
    }
    breaches
}

/// Whether an SPDX expression can be met: `OR` (or the old `/`) needs one side, `AND` needs both; brackets are honoured one level deep.
pub(super) fn satisfied(expression: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let expression = expression.trim().replace('/', " OR ");
    split_outside_brackets(&expression, " OR ").iter().any(|alternative| {
        split_outside_brackets(alternative, " AND ").iter().all(|part| {
            let part = part.trim();
            match part.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
                Some(inner) => satisfied(inner, is_allowed),
                None => is_allowed(part),
            }
        })
    })
}

fn split_outside_brackets<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (position, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && position >= start && text[position..].starts_with(separator) => {
                parts.push(&text[start..position]);
                start = position + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
