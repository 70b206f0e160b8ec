//! The links of a page, and whether what they lead to is there.

use std::path::Path;

/// A link as it is written.
pub(super) struct Link {
    /// Line of the page, from 1.
    pub line: usize,
    /// The file, as the page names it; empty for the page itself.
    pub target: String,
    /// The heading in it.
    anchor: Option<String>,
}

impl Link {
    /// Whether it leads out of the repository.
    pub(super) fn is_outside(&self) -> bool {
        ["http://", "https://", "mailto:"]
            .iter()
            .any(|scheme| self.target.starts_with(scheme))
    }

    /// Whether the file and the heading are there.
    pub(super) fn resolve(&self, page: &Path) -> Result<(), String> {
        let path = match self.target.as_str() {
            "" => page.to_path_buf(),
            target => page.parent().unwrap_or(page).join(target),
        };
        if !path.exists() {
            return Err(format!("{} is not there", self.target));
        }
        let Some(anchor) = &self.anchor else {
            return Ok(());
        };
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", self.target))?;
        match headings(&text).contains(anchor) {
            true => Ok(()),
            false => Err(format!("{}#{anchor}: there is no such heading", self.target)),
        }
    }
}

/// Every link of a page outside its code.
pub(super) fn of(text: &str) -> Vec<Link> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        for piece in without_code(line).split("](").skip(1) {
            let Some((address, _)) = piece.split_once(')') else {
                continue;
            };
            let (target, anchor) = match address.split_once('#') {
                Some((target, anchor)) => (target, Some(anchor.to_owned())),
                None => (address, None),
            };
            found.push(Link {
                line: number,
                target: target.to_owned(),
                anchor,
            });
        }
    }
    found
}

/// The lines outside code blocks, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        (!in_code && !is_fence).then_some((index + 1, line))
    })
}

/// The line without what stands between backticks, except where that is the text of a link.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("")
}

/// The anchors of a page's headings, as GitHub and mdBook make them.
fn headings(text: &str) -> Vec<String> {
    let headings = prose(text).filter(|(_, line)| line.starts_with('#'));
    headings
        .map(|(_, line)| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

#[test]
fn links_are_found_in_prose_and_not_in_code() {
    let page = "[a](b.md) and [`c`](d.md#e-f)\n```text\n[g](h.md)\n```\n`[i](j.md)` ![k](l.svg)\n# E & `f`\n";
    let targets: Vec<String> = of(page).into_iter().map(|link| link.target).collect();
    assert_eq!(targets, ["b.md", "d.md", "l.svg"]);
    assert_eq!(headings(page), ["e--f"]);
}

#[test]
fn a_dead_link_is_noticed() {
    let directory = tempfile::TempDir::new().unwrap();
    let page = directory.path().join("page.md");
    std::fs::write(&page, "# One\n").unwrap();
    let resolve = |text: &str| of(text)[0].resolve(&page).is_ok();
    assert!(resolve("[x](page.md)") && resolve("[x](page.md#one)") && resolve("[x](#one)"));
    assert!(!resolve("[x](other.md)") && !resolve("[x](page.md#two)") && !resolve("[x](#two)"));
}
