//! The words of a search, read into the facade's [`Search`].

use lksearch::{
    ArcSeconds, Campaigns, Description, Error, Expression, Exptime, Filters, KindFilter, Mission, Numbers, Provenance,
    Search, Target, Words,
};

use crate::arguments::{self, MissionWord};

/// Reads mission, target and filters. The first word that has no meaning is the error.
pub fn search(mission: MissionWord, target: &[String], words: &arguments::Filters) -> Result<Search, Error> {
    let mut words = words.clone();
    let target = match whole(target)?.or_else(|| swallowed(&mut words)) {
        Some(target) => target,
        None => {
            return Err(Error::Input(
                "the target is missing; give it before options that take lists".to_owned(),
            ));
        }
    };
    let mission = match mission {
        MissionWord::Tess => Mission::Tess,
        MissionWord::Kepler => Mission::Kepler,
        MissionWord::K2 => Mission::K2,
        MissionWord::Mast => Mission::Mast,
    };
    let mut search = Search::new(mission, Target::parse(&target)?);
    search.radius = words.radius.as_deref().map(ArcSeconds::parse).transpose()?;
    if let Some(kind) = &words.kind {
        search.kind = KindFilter::parse(kind)?;
    }
    search.provenance = match (words.no_hlsp, words.mission_products, words.hlsps) {
        (_, true, _) => Provenance::MissionProducts,
        (_, _, true) => Provenance::Hlsps,
        (true, false, false) => Provenance::WithoutHlsps,
        (false, false, false) => Provenance::Any,
    };
    search.filters = filters(&words)?;
    search.query = words.query.as_deref().map(Expression::parse).transpose()?;
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
            let is_id = |part: &str| matches!(Target::parse(part), Ok(Target::Id(_)));
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

/// The target, if it stands behind a list of numbers, as in `--sector 14 "TOI 1161"`: it is the last value, and no number.
fn swallowed(words: &mut arguments::Filters) -> Option<String> {
    let lists = [
        &mut words.sequence,
        &mut words.sector,
        &mut words.quarter,
        &mut words.month,
        &mut words.campaign,
    ];
    for list in lists {
        if list.len() > 1
            && list
                .last()
                .is_some_and(|last| Campaigns::parse(last).is_err() && Numbers::parse(last).is_err())
        {
            return list.pop();
        }
    }
    None
}

fn filters(words: &arguments::Filters) -> Result<Filters, Error> {
    let numbers = |list: &[String]| (!list.is_empty()).then(|| Numbers::parse(&list.join(","))).transpose();
    let texts = |list: &[String]| (!list.is_empty()).then(|| Words::new(list));
    Ok(Filters {
        exptime: words.exptime.as_deref().map(Exptime::parse).transpose()?,
        pipeline: texts(&words.pipeline),
        sector: numbers(&words.sector)?,
        quarter: numbers(&words.quarter)?,
        month: numbers(&words.month)?,
        campaign: (!words.campaign.is_empty())
            .then(|| Campaigns::parse(&words.campaign.join(",")))
            .transpose()?,
        year: words.year.as_deref().map(Numbers::parse).transpose()?,
        distance: words.distance.as_deref().map(Numbers::parse_upper_limit).transpose()?,
        sequence: numbers(&words.sequence)?,
        description: match (words.description.is_empty(), words.description_all.is_empty()) {
            (false, _) => Some(Description::Any(words.description.clone())),
            (true, false) => Some(Description::All(words.description_all.clone())),
            (true, true) => None,
        },
        target_name: texts(&words.target_name),
        mission: texts(&words.mission_name),
    })
}

#[cfg(test)]
mod tests;
