//! What a misspelt key may have meant.

use crate::declaration;

const MAX_BYTES: usize = 80;

/// The known key nearest to a wrong one, if one is near.
pub(crate) fn key(wrong: &str) -> Option<String> {
    // The distance takes memory by length, and no key is that long.
    if wrong.len() > MAX_BYTES {
        return None;
    }
    let wrong = wrong.to_lowercase().replace('-', "_");
    let distance = |known: &str| {
        let last = known.rsplit('.').next().unwrap_or(known);
        // `jobs` alone means `fetch.jobs`, and `fetch_jobs` and `cache.dir` are one character away.
        strsim::damerau_levenshtein(&wrong, known)
            .min(strsim::damerau_levenshtein(&wrong, last) + usize::from(last != known))
    };
    declaration::keys()
        .map(|known| (distance(known), known))
        .filter(|(distance, known)| *distance <= (known.len().min(wrong.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known.to_owned())
}

/// The known variable nearest to a wrong one, if one is near.
pub(crate) fn variable(wrong: &str) -> Option<String> {
    let key = key(&wrong.strip_prefix("LKSEARCH_")?.replace("__", "."))?;
    declaration::lookup(&key).map(declaration::Declaration::variable)
}
