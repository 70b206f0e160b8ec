//! A page of the documentation as text: its snippets, their commands, and what they are said to print.

/// What a snippet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Commands that a test runs.
    Run,
    /// Commands that a test cannot run.
    NotRun,
}

/// A command and what the page shows below it.
#[derive(Debug)]
pub(super) struct Command {
    /// Line of the page, from 1.
    pub line: usize,
    /// What the shell is given.
    pub text: String,
    /// What is shown, without blank lines at the end.
    pub printed: Vec<String>,
    /// The lines of the page that hold what is shown.
    shown: std::ops::Range<usize>,
}

/// A page that could be read.
pub(super) struct Page {
    lines: Vec<String>,
    snippets: Vec<(Kind, Vec<Command>)>,
}

/// Kinds of blocks that hold no commands.
const OTHER_KINDS: [&str; 8] = ["text", "rust", "toml", "json", "python", "xml", "csv", "mermaid"];

impl Page {
    /// Reads a page.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut snippets = Vec::new();
        let mut index = 0;
        while index < lines.len() {
            let Some((fence, info)) = fence(&lines[index]) else {
                index += 1;
                let line = lines[index - 1].trim_start();
                if ["```", "~~~", "$ "].iter().any(|mark| line.starts_with(mark)) {
                    return Err(format!(
                        "line {index}: commands stand in blocks of ``` at the begin of a line"
                    ));
                }
                continue;
            };
            let begin = index + 1;
            let close = lines[begin..].iter().position(|line| line.trim() == fence);
            let end = begin + close.ok_or_else(|| format!("line {begin}: the block is never closed"))?;
            if let Some(kind) = kind(info, &lines[begin..end]).map_err(|problem| format!("line {begin}: {problem}"))? {
                snippets.push((kind, commands(&lines, begin..end)?));
            }
            index = end + 1;
        }
        Ok(Self { lines, snippets })
    }

    /// How many snippets of this kind there are.
    pub(super) fn num_blocks(&self, kind: Kind) -> usize {
        self.snippets.iter().filter(|(of, _)| *of == kind).count()
    }

    /// The commands of the snippets of this kind, in order.
    pub(super) fn commands(&self, kind: Kind) -> impl Iterator<Item = &Command> {
        let snippets = self.snippets.iter().filter(move |(of, _)| *of == kind);
        snippets.flat_map(|(_, commands)| commands)
    }

    /// The page with these outputs below its commands, where what it shows does not fit.
    pub(super) fn with_outputs(&self, outputs: &[String]) -> String {
        let mut lines = self.lines.clone();
        let commands: Vec<(&Command, &String)> = self.commands(Kind::Run).zip(outputs).collect();
        // From the end, so that the places of what comes before stay as they are.
        for (command, output) in commands.into_iter().rev() {
            if !fits(&command.printed, output) {
                let end = command.shown.start + command.printed.len();
                lines.splice(command.shown.start..end, output.lines().map(str::to_owned));
            }
        }
        lines.join("\n") + "\n"
    }
}

/// Whether a command printed what is shown; `…` alone on a line stands for any lines.
pub(super) fn fits(shown: &[String], output: &str) -> bool {
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    fit(&shown, &output.lines().collect::<Vec<_>>())
}

fn fit(shown: &[&str], lines: &[&str]) -> bool {
    match shown {
        [] => lines.is_empty(),
        ["…", rest @ ..] => (0..=lines.len()).any(|n| fit(rest, &lines[n..])),
        [first, rest @ ..] => lines.first() == Some(first) && fit(rest, &lines[1..]),
    }
}

/// What stands between backticks within the lines of a page.
pub(super) fn spans(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    let prose = text.lines().filter(move |line| {
        let is_fence = fence(line).is_some();
        in_code ^= is_fence;
        !in_code && !is_fence
    });
    prose.flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// The fence that ends the block which this line begins, and the words behind it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let marks = line.len() - line.trim_start_matches('`').len();
    (marks >= 3).then(|| (&line[..marks], line[marks..].trim()))
}

fn kind(info: &str, lines: &[String]) -> Result<Option<Kind>, String> {
    match info {
        "console" => return Ok(Some(Kind::Run)),
        "console,not-run" => return Ok(Some(Kind::NotRun)),
        "" => return Err("a block without a kind; commands are `console`, anything else `text`".to_owned()),
        "sh,script" | "python,script" => {
            return match lines.iter().take(2).any(|line| line.starts_with("# ")) {
                true => Ok(None),
                false => Err("a script names its file in its first comment; commands are `console`".to_owned()),
            };
        }
        _ => {}
    }
    if !OTHER_KINDS.contains(&info.split(',').next().unwrap_or(info)) {
        return Err(format!(
            "blocks of the kind `{info}` are not known to the test; commands are `console`"
        ));
    }
    match lines.iter().any(|line| line.starts_with("$ ")) {
        true => Err(format!("commands in a block of the kind `{info}`; make it `console`")),
        false => Ok(None),
    }
}

fn commands(lines: &[String], block: std::ops::Range<usize>) -> Result<Vec<Command>, String> {
    let mut found: Vec<Command> = Vec::new();
    let mut index = block.start;
    while index < block.end {
        let line = &lines[index];
        index += 1;
        if let Some(text) = line.strip_prefix("$ ") {
            let mut text = text.to_owned();
            let first = index;
            while text.ends_with('\\') {
                if index == block.end {
                    return Err(format!("line {first}: the command is not continued"));
                }
                text = format!("{text}\n{}", lines[index]);
                index += 1;
            }
            found.push(Command {
                line: first,
                text,
                printed: Vec::new(),
                shown: index..index,
            });
        } else if let Some(command) = found.last_mut() {
            command.printed.push(line.clone());
            command.shown.end = index;
        } else {
            return Err(format!("line {index}: a console block begins with `$ ` and a command"));
        }
    }
    for command in &mut found {
        while command.printed.last().is_some_and(String::is_empty) {
            command.printed.pop();
        }
    }
    Ok(found)
}
