//! `lksearch fits verify`.

use lksearch::fits::verify::{self, HduReport, Oddity, Report, SumState};
use lksearch::table::Table;
use lksearch::{Client, Error};

use super::unreadable;
use crate::arguments::{FileLocation, Output};
use crate::exit::ExitStatus;
use crate::output;
use crate::ui::{Ui, counted};

/// Columns of the result for people.
const SHOWN: [&str; 8] = [
    "index",
    "name",
    "structure",
    "checksum",
    "datasum",
    "hduSum",
    "dataSum",
    "problem",
];

/// Reads the whole file once and prints what was found, HDU by HDU.
pub(super) async fn run(
    client: &Client,
    location: &FileLocation,
    output: &Output,
    ui: &Ui,
) -> Result<ExitStatus, Error> {
    let examined = verify::examine_location(client.locate(location.as_typed()).await?).await;
    let report = examined.map_err(|error| unreadable(location, error))?;
    // What is only packed is whole.
    if let Some(packed) = report.damage.iter().find(|finding| finding.reason.packing().is_some()) {
        return Err(Error::Input(format!("{location} is {}", packed.reason)));
    }
    output::table(&table(&report)?, &SHOWN, output)?;
    for warning in &report.oddities {
        ui.warning(described(warning));
    }
    if report.is_whole() {
        ui.note(format!("{location} is complete: {}", summary(&report)));
        return Ok(ExitStatus::Success);
    }
    for finding in &report.damage {
        ui.warning(format!(
            "{location} is damaged: HDU {} at byte {}: {}",
            finding.hdu, finding.offset, finding.reason
        ));
    }
    ui.note(format!("{location}: {}", proven(&report)));
    Ok(ExitStatus::Damaged)
}

/// What the sums of a damaged file prove, and who could tell more.
fn proven(report: &Report) -> String {
    let unpacked = if report.gzip { " (of the unpacked file)" } else { "" };
    let proof = format!("{}{unpacked}", report.proof());
    match report.broken() {
        Some(_) => proof,
        // Edited after its sums were made, or damaged: the file alone cannot tell.
        None => format!(
            "{proof}; a publisher who changes a file and not its sums leaves it so, too; `lksearch download` compares all places of a product"
        ),
    }
}

/// A row of the result; the HDU where the walk had to end may not have a report.
struct Line<'a> {
    index: usize,
    hdu: Option<&'a HduReport>,
}

fn table(report: &Report) -> Result<Table, Error> {
    let num_found = report.hdus.len();
    let ended_at = report
        .damage
        .iter()
        .map(|finding| finding.hdu)
        .filter(|index| *index >= num_found)
        .max();
    let lines: Vec<Line<'_>> = report
        .hdus
        .iter()
        .map(|hdu| Line {
            index: hdu.info.index,
            hdu: Some(hdu),
        })
        .chain(ended_at.map(|index| Line { index, hdu: None }))
        .collect();
    let problem = |line: &Line<'_>| {
        let reasons: Vec<String> = report
            .damage
            .iter()
            .filter(|finding| finding.hdu == line.index)
            .map(|finding| format!("at byte {}: {}", finding.offset, finding.reason))
            .collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    };
    let structure = |line: &Line<'_>| {
        use lksearch::fits::DamageReason;
        let is_structural =
            |reason: &DamageReason| !matches!(reason, DamageReason::Checksum { .. } | DamageReason::DataSum { .. });
        let damaged = report
            .damage
            .iter()
            .any(|finding| finding.hdu == line.index && is_structural(&finding.reason));
        if damaged { "damaged" } else { "valid" }
    };
    let sums = |line: &Line<'_>| line.hdu.and_then(|hdu| hdu.sums.clone());
    let each = |of: fn(&verify::Sums) -> String| lines.iter().map(move |line| sums(line).map(|sums| of(&sums)));
    Ok(Table::empty()
        .with_integer("index", lines.iter().map(|line| i64::try_from(line.index).ok()))?
        .with_text("name", lines.iter().map(|line| line.hdu.map(|hdu| &hdu.info.name)))?
        .with_text("structure", lines.iter().map(|line| Some(structure(line))))?
        .with_text("checksum", each(|sums| state(sums.checksum).to_owned()))?
        .with_text("datasum", each(|sums| state(sums.datasum).to_owned()))?
        .with_text("hduSum", each(|sums| format!("{:08x}", sums.hdu)))?
        .with_integer(
            "dataSum",
            lines.iter().map(|line| sums(line).map(|sums| i64::from(sums.data))),
        )?
        .with_text("problem", lines.iter().map(problem))?)
}

fn state(state: SumState) -> &'static str {
    match state {
        SumState::Valid => "valid",
        SumState::Invalid => "invalid",
        SumState::NotPresent => "nothing to verify",
    }
}

fn summary(report: &Report) -> String {
    let has_sum = |hdu: &&HduReport| {
        let valid = |sums: &verify::Sums| sums.checksum == SumState::Valid || sums.datasum == SumState::Valid;
        hdu.sums.as_ref().is_some_and(valid)
    };
    let num_hdus = report.hdus.len();
    let sums = match report.hdus.iter().filter(has_sum).count() {
        0 => "no sums to verify, only the structure".to_owned(),
        num_summed if num_summed == num_hdus => "all sums are right".to_owned(),
        num_summed => format!("{num_summed} of them carry sums, which are right"),
    };
    let packed = if report.gzip { "gzip's own sum is right; " } else { "" };
    format!(
        "{}, {} bytes; {packed}{sums}",
        counted(num_hdus as u64, "HDU"),
        report.size
    )
}

fn described(warning: &Oddity) -> String {
    match warning {
        Oddity::HdusMissing { .. } => format!(
            "{warning}; the FITS standard does not know that keyword, and the file ends where an HDU ends: only its size or hash can tell whether some are missing"
        ),
        other => other.to_string(),
    }
}
