//! The one list of all settings: what each is called, its type, default, range, unit and meaning. Structs, built-in defaults,
//! template, reference page and schema all come from here.

mod expand;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use expand::settings;

use crate::error::{Error, Problem};
use crate::field::{Checks, Fraction, Verify};
use crate::nearest;
use crate::value::{Value, ValueKind};

const KIB: u64 = bytesize::KIB;
const GIB: u64 = bytesize::GIB;
const EIB: u64 = bytesize::EIB;
const TIME_LIMIT: ValueKind = ValueKind::Duration {
    min: Duration::from_millis(1),
    max: Duration::from_secs(24 * 3600),
};

// name: type = default ("" = not set), how it is checked, unit, meaning
settings! {
    /// Every setting, checked. What it says is plain data: changing a copy changes nothing elsewhere.
    Settings {
        cloud_only: bool = "false", ValueKind::Switch, "",
            "Only products on the cloud; others become SKIPPED rows.";
        prefer_cloud: bool = "true", ValueKind::Switch, "",
            "Take the cloud first where a product is in both places.";
        download_cloud: bool = "true", ValueKind::Switch, "",
            "If false, give the `s3://` URI of cloud products instead of downloading them.";
        check_cached_file_sizes: bool = "true", ValueKind::Switch, "",
            "If false, a file that is there is taken as it is, with Status UNKNOWN.";
        cache_dir: Option<PathBuf> = "", ValueKind::Path, "",
            "Where files are kept, created with its parents when first written; not set: `~/.lksearch/cache`. A leading `~` is the home directory; a relative path counts from the working directory.";
        search_result_display_extra_columns: Vec<String> = "", ValueKind::List, "",
            "More columns when a table is shown.";
        offline: bool = "false", ValueKind::Switch, "",
            "No network at all: answers that were kept, of whatever age, and files that are in the cache.";
        share: Option<Fraction> = "", ValueKind::Fraction, "",
            "The part of each host's limits that this process takes, because others take the rest: `1/8` for each of eight workers; not set: all of it, or what a batch system or a shard says.";
    }
    /// How answers of the archive are kept.
    search: KeptAnswers {
        max_age: Duration = "24h", ValueKind::Duration { min: Duration::ZERO, max: Duration::from_secs(3650 * 24 * 3600) }, "time",
            "How old a kept answer may be to be given without asking; `0s` asks always.";
    }
    /// Where the services are.
    endpoints: EndpointUrls {
        mast: String = "https://mast.stsci.edu", ValueKind::Url, "",
            "The archive: portal, path look-up, downloads and TESScut are below it.";
        resolver: String = "https://mastresolver.stsci.edu", ValueKind::Url, "",
            "The name resolver: `/Santa-war/query` is below it.";
        tap: String = "https://tapvizier.cds.unistra.fr/TAPVizieR/tap", ValueKind::Url, "",
            "The TAP service with the catalogues TIC, KIC, EPIC and Gaia DR2 and DR3, with VizieR's tables: `/sync` is below it.";
        simbad: String = "https://simbad.cds.unistra.fr/simbad/sim-tap", ValueKind::Url, "",
            "The TAP service with the names of stars, with SIMBAD's tables.";
        gaia: String = "https://gea.esac.esa.int/tap-server/tap", ValueKind::Url, "",
            "The TAP service that leads from one release of Gaia to the next, with the tables of ESA's archive.";
        s3: Option<String> = "", ValueKind::Url, "",
            "Another S3 endpoint, path style (`<endpoint>/<bucket>/<key>`); not set: AWS.";
        bucket: String = "stpubdata", ValueKind::Name, "",
            "The S3 bucket of the cloud copies.";
        region: String = "us-east-1", ValueKind::Name, "",
            "The AWS region of the bucket.";
        signed: bool = "false", ValueKind::Switch, "",
            "Sign requests to the bucket with the key in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; otherwise it is asked without a name.";
    }
    /// How patient each request is.
    network: Network {
        connect_timeout: Duration = "10s", TIME_LIMIT, "time",
            "How long to wait for a connection.";
        head_timeout: Duration = "60s", TIME_LIMIT, "time",
            "How long to wait for the head of a response.";
        idle_timeout: Duration = "30s", TIME_LIMIT, "time",
            "How long a body may send nothing.";
        retries: u32 = "4", ValueKind::Count { min: 0, max: 100 }, "attempts",
            "Attempts after the first.";
        user_agent: Option<String> = "", ValueKind::Header, "",
            "What requests call themselves; not set: name and version of lksearch.";
    }
    /// How files are brought.
    fetch: Fetch {
        jobs: NonZeroUsize = "8", ValueKind::Count { min: 1, max: 256 }, "files",
            "Files in flight; limits per host hold besides.";
        part_size: u64 = "8 MiB", ValueKind::Size { min: KIB, max: GIB }, "bytes",
            "Size of the ranged parts of large S3 objects.";
        split_above: u64 = "32 MiB", ValueKind::Size { min: 0, max: EIB }, "bytes",
            "S3 objects larger than this are fetched in parts.";
        checks: Checks = "enough", ValueKind::Choice(Checks::WORDS), "",
            "Which checksums of a file that comes are compared: `enough` (one that proves all of it: announced by its source, or the FITS file's own in every HDU), `all` (each that there is, the MD5 of S3 too).";
    }
    /// How far files in the cache are trusted.
    cache: Cache {
        verify: Verify = "stat", ValueKind::Choice(Verify::WORDS), "",
            "What an open file must pass: `exists` (it is there), `stat` (size and time as recorded), `sha256` (content), `fits` (content; what is odd about its structure and sums is noted once).";
    }
}

/// What is known of one setting.
pub(crate) struct Declaration {
    /// Name with its section, e.g. `fetch.jobs`.
    pub key: &'static str,
    /// What values it takes.
    pub kind: ValueKind,
    /// Default as a person would write it; empty = not set, or an empty list.
    pub default: &'static str,
    /// What a number counts; empty for what has none.
    pub unit: &'static str,
    /// What it means, in one sentence or two.
    pub sentence: &'static str,
    pub read: fn(&Settings) -> Value,
    pub write: fn(&mut Settings, Value),
}

impl Declaration {
    /// Whether the setting may be without a value.
    pub(crate) fn is_optional(&self) -> bool {
        self.default.is_empty() && !matches!(self.kind, ValueKind::List)
    }

    /// The built-in value.
    pub(crate) fn default_value(&self) -> Value {
        built_in(&self.kind, self.default)
    }

    /// The environment variable that sets it.
    pub(crate) fn variable(&self) -> String {
        format!("LKSEARCH_{}", self.key.replace('.', "__").to_uppercase())
    }

    /// Checks what a person wrote, as text; the error is what is allowed.
    pub(crate) fn parse_text(&self, text: &str) -> Result<Value, String> {
        if text.trim().is_empty() {
            return self.empty();
        }
        self.kind.parse_text(text)
    }

    /// What an empty text means here.
    pub(crate) fn empty(&self) -> Result<Value, String> {
        match self.kind {
            ValueKind::List => Ok(Value::List(Vec::new())),
            _ if self.is_optional() => Ok(Value::Unset),
            _ => Err(self.kind.allowed()),
        }
    }
}

/// All keys, in the order of the template.
pub fn keys() -> impl ExactSizeIterator<Item = &'static str> {
    DECLARATIONS.iter().map(|declaration| declaration.key)
}

/// The value of a key as it is printed: `true`, `8`, `10s`, `8 MiB`, a path; empty if it is not set.
///
/// # Errors
///
/// [`Error::Invalid`] if there is no such key; it names the nearest one.
pub fn get(settings: &Settings, key: &str) -> Result<String, Error> {
    Ok((find(key)?.read)(settings).to_string())
}

/// The declaration of a key.
pub(crate) fn find(key: &str) -> Result<&'static Declaration, Error> {
    lookup(key).ok_or_else(|| Error::Invalid(vec![Problem::unknown(None, key, nearest::key(key))]))
}

/// The declaration of a key, if there is one.
pub(crate) fn lookup(key: &str) -> Option<&'static Declaration> {
    DECLARATIONS.iter().find(|declaration| declaration.key == key)
}

fn built_in(kind: &ValueKind, text: &str) -> Value {
    match (kind, text) {
        (ValueKind::List, "") => Value::List(Vec::new()),
        (_, "") => Value::Unset,
        _ => kind
            .parse_text(text)
            .expect("because a test parses every declared default"),
    }
}

#[cfg(test)]
mod tests;
