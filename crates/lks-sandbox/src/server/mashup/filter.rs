//! Mashup filters: lists of values, ranges, wildcards.

use serde_json::Value;

use super::Refusal;
use super::page::Field;

/// Conditions that a row must fulfil all.
pub(super) struct Filters(Vec<Filter>);

struct Filter {
    column: &'static str,
    /// Text between the parts of a value, each of which may match by itself.
    separator: Option<String>,
    /// One of these is enough; none means that the column may be anything.
    choices: Vec<Choice>,
}

enum Choice {
    Number(f64),
    Text(String),
    /// With `%` for any text.
    Pattern(String),
    Range {
        min: f64,
        max: f64,
    },
}

impl Filters {
    pub(super) fn parse(filters: &Value, fields: &[Field]) -> Result<Self, Refusal> {
        match filters {
            Value::Null => Ok(Self(Vec::new())),
            Value::Array(filters) => filters
                .iter()
                .map(|filter| Filter::parse(filter, fields))
                .collect::<Result<_, _>>()
                .map(Self),
            _ => Err("Error Msg: filters must be a list".to_owned()),
        }
    }

    pub(super) fn pass(&self, cell: impl Fn(&str) -> Option<Value>) -> bool {
        self.0
            .iter()
            .all(|filter| filter.choices.is_empty() || cell(filter.column).is_some_and(|value| filter.matches(&value)))
    }
}

impl Filter {
    fn parse(filter: &Value, fields: &[Field]) -> Result<Self, Refusal> {
        let name = filter
            .get("paramName")
            .and_then(Value::as_str)
            .ok_or("Error Msg: a filter has no paramName")?;
        // Column names are those of a database that does not look at case.
        let (column, _) = fields
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .ok_or_else(|| format!("Error Msg: Invalid column name '{name}'."))?;
        let values = match filter.get("values") {
            Some(Value::Array(values)) => values.as_slice(),
            Some(Value::Null) | None => &[],
            Some(one) => std::slice::from_ref(one),
        };
        let mut choices = values.iter().map(Choice::parse).collect::<Result<Vec<_>, _>>()?;
        if let Some(pattern) = filter.get("freeText").and_then(Value::as_str) {
            choices.push(Choice::Pattern(pattern.to_lowercase()));
        }
        let separator = filter.get("separator").and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            column,
            separator,
            choices,
        })
    }

    fn matches(&self, value: &Value) -> bool {
        match value {
            Value::Null => false,
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                self.choices.iter().any(|choice| choice.matches_number(number))
            }
            Value::String(text) => {
                let text = text.to_lowercase();
                let parts = self
                    .separator
                    .as_deref()
                    .map(|separator| text.split(separator).map(str::trim));
                self.choices.iter().any(|choice| choice.matches_text(&text))
                    || parts.is_some_and(|mut parts| {
                        parts.any(|part| self.choices.iter().any(|choice| choice.matches_text(part)))
                    })
            }
            Value::Bool(flag) => self
                .choices
                .iter()
                .any(|choice| choice.matches_text(if *flag { "true" } else { "false" })),
            Value::Array(_) | Value::Object(_) => false,
        }
    }
}

impl Choice {
    fn parse(value: &Value) -> Result<Self, Refusal> {
        let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
        Ok(match value {
            Value::Number(_) => Self::Number(number(value).unwrap_or(f64::NAN)),
            Value::String(text) if text.contains(['%', '*']) => Self::Pattern(text.to_lowercase().replace('*', "%")),
            Value::String(text) => Self::Text(text.to_lowercase()),
            Value::Bool(flag) => Self::Text(flag.to_string()),
            Value::Object(range) => {
                let limit = |name: &str, default: f64| match range.get(name) {
                    None | Some(Value::Null) => Ok(default),
                    Some(value) => number(value).ok_or_else(|| format!("Error Msg: '{name}' of a range is no number")),
                };
                Self::Range {
                    min: limit("min", f64::NEG_INFINITY)?,
                    max: limit("max", f64::INFINITY)?,
                }
            }
            Value::Null | Value::Array(_) => {
                return Err("Error Msg: a filter value must be text, a number or a range".to_owned());
            }
        })
    }

    fn matches_number(&self, number: f64) -> bool {
        match self {
            Self::Number(own) => *own == number,
            Self::Text(text) => text.trim().parse::<f64>().is_ok_and(|own| own == number),
            Self::Pattern(pattern) => like(pattern, &number.to_string()),
            Self::Range { min, max } => (*min..=*max).contains(&number),
        }
    }

    /// `text` is in lower case.
    fn matches_text(&self, text: &str) -> bool {
        match self {
            Self::Text(own) => own == text,
            Self::Pattern(pattern) => like(pattern, text),
            Self::Number(own) => text.parse::<f64>().is_ok_and(|number| number == *own),
            Self::Range { min, max } => text.parse::<f64>().is_ok_and(|number| (*min..=*max).contains(&number)),
        }
    }
}

/// SQL's LIKE with `%` only.
fn like(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('%') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(head) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('%').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(tail)
}

#[cfg(test)]
mod tests;
