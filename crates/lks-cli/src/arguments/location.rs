//! Where a file lies, as it was typed.

use std::fmt;

use lksearch::http::redact_address;

/// `s3://…`, `https://…`, `mast:…` or a path. Wherever it is printed, it is printed without what opens doors: a password, a signature.
#[derive(Clone)]
pub(crate) struct FileLocation(String);

impl FileLocation {
    /// With everything that is needed to read the file; not to be printed.
    pub(crate) fn as_typed(&self) -> &str {
        &self.0
    }

    /// Whether a server has it.
    pub(crate) fn is_remote(&self) -> bool {
        self.0.starts_with("mast:") || self.0.contains("://")
    }

    /// Whether its name says that it is a FITS file.
    pub(crate) fn promises_fits(&self) -> bool {
        let name = self.file_name().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        name.ends_with(".fits") || name.ends_with(".fit")
    }

    /// The name of the file, as far as the location tells it.
    pub(crate) fn file_name(&self) -> String {
        let shown = self.to_string();
        let last = shown.rsplit('/').next().unwrap_or_default();
        let is_of_name = |c: &char| !shown.contains("://") || !"?&#".contains(*c);
        last.chars().take_while(is_of_name).collect()
    }
}

impl From<String> for FileLocation {
    fn from(typed: String) -> Self {
        Self(typed)
    }
}

impl fmt::Display for FileLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact_address(&self.0))
    }
}

impl fmt::Debug for FileLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", redact_address(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::FileLocation;

    #[test]
    fn a_location_is_printed_without_secrets_and_names_its_file() {
        for (typed, shown, name) in [
            ("dir/a_lc.fits", "dir/a_lc.fits", "a_lc.fits"),
            ("dir/a?b=c.fits", "dir/a?b=c.fits", "a?b=c.fits"),
            (
                "mast:TESS/product/a_lc.fits",
                "mast:TESS/product/a_lc.fits",
                "a_lc.fits",
            ),
            ("s3://bucket/a_lc.fits", "s3://bucket/a_lc.fits", "a_lc.fits"),
            (
                "https://u:S3CR3T word@h/a_lc.fits?X-Amz-Signature=S3CR/3T&k=S3CR3T#S3CR3T",
                "https://h/a_lc.fits?X-Amz-Signature=***&k=***#***",
                "a_lc.fits",
            ),
            (
                "https://h/Download/file?uri=mast:TESS/product/a_lc.fits&token=S3CR3T",
                "https://h/Download/file?uri=mast:TESS/product/a_lc.fits&token=***",
                "a_lc.fits",
            ),
        ] {
            let location = FileLocation::from(typed.to_owned());
            assert_eq!(location.to_string(), shown);
            assert_eq!(format!("{location:?}"), format!("{shown:?}"));
            assert_eq!(location.file_name(), name, "{typed}");
            assert_eq!(location.as_typed(), typed);
        }
    }
}
