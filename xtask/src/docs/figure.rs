//! The figure of the crates: a box each, the crates that depend on nothing at the bottom, and an arrow for every dependency that does
//! not follow from others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::layers::Arrows;

const BOX_WIDTH: usize = 130;
const BOX_HEIGHT: usize = 36;
const ROW: usize = 92;
const MARGIN: usize = 20;

/// Draws the arrows between crates; automation and tests are left out.
pub(crate) fn svg(arrows: &Arrows) -> String {
    let arrows: Arrows = arrows
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "xtask" | "lks-tests"))
        .map(|(name, targets)| (name.clone(), targets.clone()))
        .collect();
    let mut rows: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for name in arrows.keys() {
        rows.entry(height(&arrows, name)).or_default().push(name);
    }
    let num_rows = rows.len();
    let width = (BOX_WIDTH + MARGIN) * rows.values().map(Vec::len).max().unwrap_or(0);
    let mut places: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (level, names) in &rows {
        let y = MARGIN + (num_rows - 1 - level) * ROW;
        for (index, name) in names.iter().enumerate() {
            let x = width * (2 * index + 1) / (2 * names.len());
            places.insert(name, (x, y));
        }
    }
    let figure_height = 2 * MARGIN + (num_rows - 1) * ROW + BOX_HEIGHT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {figure_height}\" font-family=\"sans-serif\" font-size=\"15\">\n\
         <title>The crates; an arrow leads to what a crate depends on</title>\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">\
         <path d=\"M0 0L8 4L0 8z\" fill=\"#667\"/></marker></defs>\n\
         <rect width=\"{width}\" height=\"{figure_height}\" fill=\"white\"/>\n"
    );
    for (source, targets) in &arrows {
        for target in needed(&arrows, targets) {
            let ((x1, y1), (x2, y2)) = (places[source.as_str()], places[target]);
            let (y1, middle) = (y1 + BOX_HEIGHT, (y1 + BOX_HEIGHT + y2) / 2);
            // Writing into a string cannot fail.
            let _ = writeln!(
                svg,
                "<path d=\"M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {y2}\" fill=\"none\" stroke=\"#667\" marker-end=\"url(#tip)\"/>"
            );
        }
    }
    for (name, (x, y)) in &places {
        let (left, text) = (x - BOX_WIDTH / 2, y + BOX_HEIGHT / 2 + 5);
        let _ = writeln!(
            svg,
            "<rect x=\"{left}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"6\" fill=\"#eef2f8\" stroke=\"#456\"/>\
             <text x=\"{x}\" y=\"{text}\" text-anchor=\"middle\" fill=\"#123\">{name}</text>"
        );
    }
    svg + "</svg>\n"
}

/// How many crates lie below, one upon the other.
fn height(arrows: &Arrows, name: &str) -> usize {
    let below = arrows.get(name).into_iter().flatten();
    below.map(|target| 1 + height(arrows, target)).max().unwrap_or(0)
}

/// The targets that no other target leads to.
fn needed<'a>(arrows: &Arrows, targets: &'a BTreeSet<String>) -> impl Iterator<Item = &'a str> {
    let followed: BTreeSet<String> = targets.iter().flat_map(|target| beyond(arrows, target)).collect();
    targets
        .iter()
        .filter(move |target| !followed.contains(*target))
        .map(String::as_str)
}

fn beyond(arrows: &Arrows, name: &str) -> BTreeSet<String> {
    let direct = arrows.get(name).into_iter().flatten();
    direct
        .flat_map(|target| beyond(arrows, target).into_iter().chain([target.clone()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_that_follows_from_others_is_not_drawn() {
        let arrows: Arrows = [("a", &["b", "c"][..]), ("b", &["c"]), ("c", &[])]
            .map(|(name, targets)| (name.to_owned(), targets.iter().map(ToString::to_string).collect()))
            .into();
        let drawn = svg(&arrows);
        assert_eq!(drawn.matches("marker-end").count(), 2, "{drawn}");
        assert_eq!(height(&arrows, "a"), 2);
    }
}
