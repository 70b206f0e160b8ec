//! The words of a search, read into the facade's [`Search`].

use std::fmt::Display;

use lksearch::{
    ArcSeconds, Campaigns, Description, Error, Filters, KindFilter, Mission, Numbers, Provenance, Search, Target,
    TextFilter,
};

use crate::arguments::{self, MissionWord};

/// Reads mission, target and filters. The first word that has no meaning is the error.
pub(crate) fn search(word: MissionWord, target: &[String], words: &arguments::Filters) -> Result<Search, Error> {
    let (mission, example) = mission(word);
    let mut words = words.clone();
    let target = match whole(target)?.or_else(|| swallowed(&mut words)) {
        Some(target) => target,
        None if is_listing(word, &words) => return of(Search::new(mission, Target::Any), &words),
        None => {
            return Err(Error::Input(format!(
                "the target is missing; write a name, an id or a position right after the mission: `{} \"{example}\"`; or name a sector, a quarter or a \
                 campaign to have all that is listed there",
                mission.name()
            )));
        }
    };
    of(Search::new(mission, target.parse::<Target>()?), &words)
}

/// Whether what the archive lists of a sector, a quarter or a campaign is asked for.
fn is_listing(word: MissionWord, words: &arguments::Filters) -> bool {
    let lists = [&words.sector, &words.quarter, &words.campaign, &words.sequence];
    word != MissionWord::All && lists.iter().any(|list| !list.is_empty())
}

/// Reads mission and filters for a list of targets.
pub(crate) fn of_list(word: MissionWord, words: &arguments::Filters) -> Result<Search, Error> {
    of(Search::new(mission(word).0, Target::Any), words)
}

/// The mission, and a target of it as an example.
fn mission(word: MissionWord) -> (Mission, &'static str) {
    match word {
        MissionWord::Tess => (Mission::Tess, "TOI 1161"),
        MissionWord::Kepler => (Mission::Kepler, "Kepler-10"),
        MissionWord::K2 => (Mission::K2, "K2-18"),
        MissionWord::Mast => (Mission::Mast, "TOI 1161"),
        MissionWord::All => (Mission::All, "Kepler-10"),
    }
}

/// The search with its filters.
fn of(mut search: Search, words: &arguments::Filters) -> Result<Search, Error> {
    search.radius = words.radius.as_deref().map(str::parse).transpose()?;
    if search.radius == Some(ArcSeconds(0.0)) {
        let message =
            "--radius: 0 finds the target alone, as without it; leave it out, or give an angle such as 20arcsec";
        return Err(Error::Input(message.to_owned()));
    }
    if let Some(kind) = &words.kind {
        search.kind = kind.parse::<KindFilter>()?;
    }
    search.provenance = match (words.no_hlsp, words.mission_products, words.hlsps) {
        (_, true, _) => Provenance::MissionProducts,
        (_, _, true) => Provenance::Hlsps,
        (true, false, false) => Provenance::WithoutHlsps,
        (false, false, false) => Provenance::Any,
    };
    search.filters = filters(words)?;
    search.query = words.query.as_deref().map(str::parse).transpose()?;
    search.limit = words.limit.map(usize::from);
    Ok(search)
}

/// The target, also if nobody put quotes around its words, as in `search tess TOI 1161`.
fn whole(words: &[String]) -> Result<Option<String>, Error> {
    match words {
        [] => Ok(None),
        [first, .., last] if words.iter().any(|word| word.trim().contains(' ')) => Err(Error::Input(format!(
            "'{first}' and '{last}' are two targets; search for one after the other"
        ))),
        words => {
            let target = words.join(" ");
            let is_id = |part: &str| matches!(part.parse::<Target>(), Ok(Target::Id(_)));
            match target.split_once([',', ';']) {
                Some((first, rest)) if is_id(first) => Err(Error::Input(format!(
                    "'{}' and '{}' are two targets; search for one after the other",
                    first.trim(),
                    rest.trim()
                ))),
                _ => Ok(Some(target)),
            }
        }
    }
}

/// The values of an option, and whether a value cannot be one of them.
type List<'a> = (&'a mut Vec<String>, &'a dyn Fn(&str) -> bool);

/// The target, if it stands behind a list of numbers, names or words, as in `--sector 14 "TOI 1161"`: it is the last value, and none of these.
fn swallowed(words: &mut arguments::Filters) -> Option<String> {
    let lists = [
        &mut words.sequence,
        &mut words.sector,
        &mut words.quarter,
        &mut words.month,
        &mut words.campaign,
    ];
    for list in lists {
        let is_target = |word: &String| {
            let is_no_number = word.contains(|letter: char| letter.is_alphabetic() || letter == ' ');
            is_no_number && word.parse::<Campaigns>().is_err() && Numbers::parse_whole(word).is_err()
        };
        if list.len() > 1 && list.last().is_some_and(is_target) {
            return list.pop();
        }
    }
    let is_place = |word: &str| matches!(word.parse(), Ok(Target::Id(_) | Target::Position(_)));
    // No pipeline or mission has a blank in its name.
    let is_no_pipeline = |word: &str| word.contains(' ') || is_place(word);
    // No description begins with a word that a number follows, as TOI 1161 and Kepler-10 do.
    let is_no_description = |word: &str| {
        let numbered = word.starts_with(char::is_alphabetic) && word.contains(|letter: char| letter.is_ascii_digit());
        numbered || is_place(word)
    };
    let lists: [List<'_>; 4] = [
        (&mut words.pipeline, &is_no_pipeline),
        (&mut words.mission_name, &is_no_pipeline),
        (&mut words.description, &is_no_description),
        (&mut words.description_all, &is_no_description),
    ];
    let mut lists = lists.into_iter();
    let is_swallowed = |(list, is_target): &List<'_>| list.len() > 1 && list.last().is_some_and(|word| is_target(word));
    lists.find(is_swallowed).and_then(|(list, _)| list.pop())
}

fn filters(words: &arguments::Filters) -> Result<Filters, Error> {
    let texts = |list: &[String]| (!list.is_empty()).then(|| TextFilter::new(list));
    Ok(Filters {
        exptime: read("--exptime", words.exptime.as_slice(), str::parse)?,
        pipeline: texts(&words.pipeline),
        sector: read("--sector", &words.sector, Numbers::parse_whole)?,
        quarter: read("--quarter", &words.quarter, Numbers::parse_whole)?,
        month: read("--month", &words.month, Numbers::parse_whole)?,
        campaign: read("--campaign", &words.campaign, str::parse)?,
        year: read("--year", words.year.as_slice(), Numbers::parse_whole)?,
        distance: read("--distance", words.distance.as_slice(), Numbers::parse_upper_limit)?,
        sequence: read("--sequence", &words.sequence, Numbers::parse_whole)?,
        description: match (words.description.is_empty(), words.description_all.is_empty()) {
            (false, _) => Some(Description::Any(TextFilter::new(&words.description))),
            (true, false) => Some(Description::All(TextFilter::new(&words.description_all))),
            (true, true) => None,
        },
        target_name: texts(&words.target_name),
        mission: texts(&words.mission_name),
    })
}

/// The words of an option, if it is given; what is wrong with them is said with its name.
fn read<T, E: Display>(
    option: &str,
    words: &[String],
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, Error> {
    if words.is_empty() {
        return Ok(None);
    }
    let read = parse(&words.join(","));
    read.map(Some)
        .map_err(|error| Error::Input(format!("{option}: {error}")))
}

#[cfg(test)]
mod tests;
