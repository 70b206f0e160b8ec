//! The archive's bulk download scripts, such as `tesscurl_sector_14_lc.sh`, as tables of the products that they name. Nothing is run.

use lks_table::Table;
use url::Url;

use crate::error::Error;
use crate::naming;
use crate::target::{Catalog, TargetId};

/// What a script for `curl` names.
///
/// ```
/// use lks_mast::CurlScript;
///
/// let name = "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
/// let line = format!("curl -C - -L -o {name} https://mast.stsci.edu/api/v0.1/Download/file/?uri=mast:TESS/product/{name}");
/// let script = CurlScript::read(format!("#!/bin/sh\n{line}\nrm -rf /\n").as_bytes())?;
/// assert_eq!(script.table.row(0).text("target_name"), Some("158324245"));
/// assert_eq!(script.foreign[0].0, 3);
/// # Ok::<(), lks_mast::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CurlScript {
    /// A row for each file: `obs_collection`, `obs_id`, `target_name`, `sequence_number`, `pipeline`, `productFilename` and `dataURI`. The `obs_id` is the part of the
    /// file's name that the archive's own observations are called by.
    pub table: Table,
    /// Lines that fetch no product of the archive, by their numbers from 1, and why.
    pub foreign: Vec<(usize, String)>,
}

/// What a file of the archive's is, by its name.
struct Named<'a> {
    uri: &'a str,
    collection: &'a str,
    filename: &'a str,
}

impl CurlScript {
    /// Whether the bytes begin as a script does that calls `curl`.
    pub fn is_script(bytes: &[u8]) -> bool {
        let beginning = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
        let mut lines = beginning.lines().map(str::trim);
        let is_command = |line: &str| line.split_whitespace().next() == Some("curl");
        lines
            .find(|line| !line.is_empty() && !line.starts_with('#'))
            .is_some_and(is_command)
    }

    /// Reads a script; the addresses are not asked, only what product each is of.
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for what is not text.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(bytes).map_err(|_| Error::invalid("the script is not text in UTF-8"))?;
        let (mut uris, mut foreign) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match uri(line) {
                Ok(uri) => uris.push(uri),
                Err(why) => foreign.push((number, why)),
            }
        }
        let files: Vec<Named<'_>> = uris.iter().filter_map(|uri| named(uri)).collect();
        let table = Table::empty()
            .with_text("obs_collection", files.iter().map(|file| Some(file.collection)))?
            .with_text("obs_id", files.iter().map(|file| Some(observation(file.filename))))?
            .with_text(
                "target_name",
                files.iter().map(|file| star(file.filename).map(|id| id.target_name())),
            )?
            .with_integer("sequence_number", files.iter().map(|file| sector(file.filename)))?
            .with_text(
                "pipeline",
                files
                    .iter()
                    .map(|file| naming::pipeline_of(file.collection, file.filename)),
            )?
            .with_text("productFilename", files.iter().map(|file| Some(file.filename)))?
            .with_text("dataURI", files.iter().map(|file| Some(file.uri)))?;
        Ok(Self { table, foreign })
    }
}

/// The `dataURI` that a line fetches, or why it fetches none.
fn uri(line: &str) -> Result<String, String> {
    let mut words = line.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    if words.next() != Some("curl") {
        return Err("it does not call curl".to_owned());
    }
    let address = words.find(|word| word.starts_with("http://") || word.starts_with("https://"));
    let url = address
        .and_then(|address| Url::parse(address).ok())
        .ok_or("it has no address")?;
    let host = url.host_str().unwrap_or_default();
    if host != "mast.stsci.edu" && host != "archive.stsci.edu" {
        return Err(format!("{host} is not the archive"));
    }
    let uri = url
        .query_pairs()
        .find(|(name, _)| name == "uri")
        .map(|(_, uri)| uri.into_owned());
    let uri = uri.ok_or("its address names no product (`uri=mast:…`)")?;
    match named(&uri) {
        Some(_) => Ok(uri),
        None => Err(format!("'{uri}' is not the name of a product")),
    }
}

/// The collection and the file that a URI such as `mast:TESS/product/FILE` names.
fn named(uri: &str) -> Option<Named<'_>> {
    let path = uri.strip_prefix("mast:")?;
    let mut parts = path.split('/');
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0']);
    if !path.split('/').all(is_plain) {
        return None;
    }
    let collection = match parts.next()? {
        "KEPLER" => "Kepler",
        other => other,
    };
    let filename = parts.next_back()?;
    Some(Named {
        uri,
        collection,
        filename,
    })
}

/// The part of a file's name that its observation is called by: `tess2019…-0150-s` of `tess2019…-0150-s_lc.fits`, and without the number of the processing that ends the
/// name of a report.
fn observation(filename: &str) -> &str {
    let ends = ["_lc.fits", "_tp.fits", "-lc.fits", "-tp.fits"];
    if let Some(name) = ends.iter().find_map(|end| filename.strip_suffix(end)) {
        return name;
    }
    let name = filename.split_once('_').map_or(filename, |(name, _)| name);
    let is_number = |part: &str| part.len() == 5 && part.bytes().all(|byte| byte.is_ascii_digit());
    match name.rsplit_once('-') {
        Some((name, number)) if is_number(number) => {
            // `…-01-00106_dvs.pdf`: the candidate stands in front of it.
            let candidate = name.rsplit_once('-').filter(|(_, part)| part.len() == 2);
            candidate.map_or(name, |(name, _)| name)
        }
        _ => name,
    }
}

/// The star that a TESS file's name has in sixteen digits.
fn star(filename: &str) -> Option<TargetId> {
    let digits = filename.strip_prefix("tess")?.split(['-', '_']);
    let mut digits = digits.filter(|part| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_digit()));
    Some(TargetId {
        catalog: Catalog::Tic,
        number: digits.next()?.parse().ok()?,
    })
}

/// The last sector in a TESS file's name.
fn sector(filename: &str) -> Option<i64> {
    let parts = filename.strip_prefix("tess")?.split('-');
    let mut sectors = parts.filter_map(|part| part.strip_prefix('s').filter(|digits| digits.len() == 4)?.parse().ok());
    sectors.next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(file: &str) -> String {
        format!("curl -C - -L -o {file} https://mast.stsci.edu/api/v0.1/Download/file/?uri=mast:TESS/product/{file}")
    }

    #[test]
    fn each_line_is_the_row_of_its_product() {
        for (file, obs_id, sector) in [
            (
                "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits",
                "tess2019198215352-s0014-0000000158324245-0150-s",
                14,
            ),
            (
                "tess2020266004630-s0030-0000000632499595-0195-a_fast-lc.fits",
                "tess2020266004630-s0030-0000000632499595-0195-a_fast",
                30,
            ),
            (
                "tess2018206190142-s0001-s0006-0000000307210830-00106_dvr.pdf",
                "tess2018206190142-s0001-s0006-0000000307210830",
                6,
            ),
            (
                "tess2018206190142-s0001-s0006-0000000307210830-01-00106_dvs.pdf",
                "tess2018206190142-s0001-s0006-0000000307210830",
                6,
            ),
        ] {
            let bytes = format!("#!/bin/sh\r\n\r\n{}\r\n", line(file));
            assert!(CurlScript::is_script(bytes.as_bytes()));
            let script = CurlScript::read(bytes.as_bytes()).unwrap();
            assert_eq!(script.foreign, []);
            let row = script.table.row(0);
            assert_eq!(row.text("dataURI"), Some(&*format!("mast:TESS/product/{file}")));
            assert_eq!(
                (row.text("obs_id"), row.integer("sequence_number")),
                (Some(obs_id), Some(sector))
            );
            assert_eq!(
                (row.text("obs_collection"), row.text("pipeline")),
                (Some("TESS"), Some("SPOC"))
            );
        }
    }

    #[test]
    fn foreign_lines_are_told_and_nothing_of_them_is_kept() {
        let evil = [
            "rm -rf ~",
            "curl -o x https://example.org/?uri=mast:TESS/product/x.fits",
            "curl -o x https://mast.stsci.edu/api/v0.1/Download/file/?uri=mast:TESS/../../etc/x",
            "curl -o x https://mast.stsci.edu/api/v0.1/Download/file/?uri=file:///etc/passwd",
            "curl -o x https://mast.stsci.edu/portal",
            "curl",
        ];
        let script = CurlScript::read(evil.join("\n").as_bytes()).unwrap();
        assert_eq!(
            (script.table.num_rows(), script.foreign.len()),
            (0, evil.len()),
            "{:?}",
            script.foreign
        );
        assert!(
            !CurlScript::is_script(b"TOI 1161\n") && !CurlScript::is_script(b"") && !CurlScript::is_script(&[0xff; 9])
        );
    }
}
