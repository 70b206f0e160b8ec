//! What is drawn of light curves: put together along time, each normalised and all folded if that is asked for. Pure.

mod times;

use lksearch::Error;
use lksearch::fits::vounit;

use super::curve::LightCurve;
use super::fold::{Fold, phase};
use super::{label, numbers};

/// Points and what they mean.
pub(super) struct Chart {
    pub title: String,
    /// Label of the times.
    pub time: String,
    /// Label of the values.
    pub flux: String,
    /// At least one.
    pub series: Vec<Series>,
    /// Whether the smaller value is the brighter, and drawn above.
    pub is_magnitude: bool,
    /// What was assumed.
    pub notes: Vec<String>,
    num_cadences: usize,
    num_files: usize,
}

/// Points that belong together.
pub(super) struct Series {
    /// What it has that other series have not; `good` if it is alone.
    pub name: String,
    /// Cadences without a quality flag: time and value.
    pub good: Vec<(f64, f64)>,
    /// Cadences with one.
    pub flagged: Vec<(f64, f64)>,
}

impl Chart {
    /// Of at least one light curve, none of them empty.
    ///
    /// # Errors
    /// Times or values do not belong on one axis, or cannot be normalised or folded.
    pub(super) fn of(mut curves: Vec<LightCurve>, normalize: bool, fold: Option<Fold>) -> Result<Self, Error> {
        let mut notes = times::align(&mut curves)?;
        curves.sort_by(|a, b| first_time(a).total_cmp(&first_time(b)));
        if normalize {
            curves.iter_mut().try_for_each(normalized)?;
        }
        let flux = flux_label(&curves, normalize)?;
        let time = match fold {
            None => times::label(&curves[0].time),
            Some(fold) => {
                let (label, note) = folded(&mut curves, fold)?;
                notes.extend(note);
                label
            }
        };
        let observations: Vec<_> = curves.iter().map(|curve| &curve.observation).collect();
        Ok(Self {
            title: label::title(&observations),
            time,
            flux,
            is_magnitude: curves[0].is_magnitude,
            notes,
            num_cadences: curves.iter().map(|curve| curve.num_cadences).sum(),
            num_files: curves.len(),
            series: series(curves),
        })
    }

    pub(super) fn good(&self) -> impl Iterator<Item = &(f64, f64)> {
        self.series.iter().flat_map(|series| &series.good)
    }

    pub(super) fn flagged(&self) -> impl Iterator<Item = &(f64, f64)> {
        self.series.iter().flat_map(|series| &series.flagged)
    }

    /// Times from the first to the last drawn cadence.
    pub(super) fn times(&self) -> (f64, f64) {
        let points = self.good().chain(self.flagged());
        numbers::extent(points.map(|point| point.0)).unwrap_or((0.0, 1.0))
    }

    /// The least and the greatest value of the good cadences, which the axis is made for; flagged ones may lie far off.
    pub(super) fn values(&self) -> (f64, f64) {
        let good = numbers::extent(self.good().map(|point| point.1));
        let flagged = || numbers::extent(self.flagged().map(|point| point.1));
        good.or_else(flagged).unwrap_or((0.0, 1.0))
    }

    /// What is drawn, in a line.
    pub(super) fn summary(&self) -> String {
        let (num_good, num_flagged) = (self.good().count(), self.flagged().count());
        let files = match self.num_files {
            1 => String::new(),
            num_files => format!(" of {num_files} files"),
        };
        format!(
            "{} of {} cadences{files} drawn, {num_flagged} of them flagged",
            num_good + num_flagged,
            self.num_cadences
        )
    }
}

fn first_time(curve: &LightCurve) -> f64 {
    curve.points().fold(f64::INFINITY, |first, point| first.min(point.0))
}

/// Divides by the median of the good cadences; of magnitudes it is subtracted.
fn normalized(curve: &mut LightCurve) -> Result<(), Error> {
    let good = if curve.good.is_empty() {
        &curve.flagged
    } else {
        &curve.good
    };
    let values: Vec<f64> = good.iter().map(|point| point.1).collect();
    let median = median(values.clone());
    if curve.is_magnitude {
        curve.points_mut().for_each(|point| point.1 -= median);
        return Ok(());
    }
    let spread = self::median(values.into_iter().map(|value| (value - median).abs()).collect());
    if median <= spread {
        return Err(Error::Input(format!(
            "{}: {} has a median of {median:.3e} and scatters by {spread:.3e} around it: such values are relative already or noise, and \
             cannot be divided by their median; leave --normalize out, or name another column with --column",
            curve.location, curve.flux
        )));
    }
    curve.points_mut().for_each(|point| point.1 /= median);
    Ok(())
}

/// Of at least one value.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

fn flux_label(curves: &[LightCurve], normalize: bool) -> Result<String, Error> {
    let first = &curves[0];
    let unit = |curve: &LightCurve| match (curve.is_magnitude, normalize) {
        (true, _) => Some("mag".to_owned()),
        (false, true) => None,
        (false, false) => curve.unit.clone(),
    };
    // `e-/s` and `electron / s` are the same.
    let same = |curve: &LightCurve| unit(curve).map(|unit| vounit(&unit).unwrap_or(unit));
    if let Some(other) = curves.iter().find(|other| same(other) != same(first)) {
        let shown = |curve: &LightCurve| match unit(curve) {
            Some(unit) => format!("{} in {unit}", curve.flux),
            None => format!("{} without a unit", curve.flux),
        };
        let way = match normalize || first.is_magnitude || other.is_magnitude {
            true => "plot them apart, or name another column with --column",
            false => "add --normalize, or plot them apart",
        };
        return Err(Error::Input(format!(
            "{} has {}, {} has {}, which do not belong on one axis; {way}",
            first.location,
            shown(first),
            other.location,
            shown(other)
        )));
    }
    let name = match curves.iter().all(|other| other.flux.eq_ignore_ascii_case(&first.flux)) {
        true => first.flux.as_str(),
        false if first.is_magnitude => "Magnitude",
        false => "Flux",
    };
    let name = match (normalize, first.is_magnitude) {
        (false, _) => name.to_owned(),
        (true, false) => format!("{name} / median"),
        (true, true) => format!("{name} − median"),
    };
    Ok(label::with_unit(&name, unit(first).as_deref()))
}

/// Turns times into phases; gives the label of the axis and what was assumed.
fn folded(curves: &mut [LightCurve], fold: Fold) -> Result<(String, Option<String>), Error> {
    let column = curves[0].time.clone();
    let scale = times::scale(&column);
    let period = fold.period / times::days(&column)?;
    if let Some(epoch) = fold.epoch {
        times::check_epoch(&column, epoch)?;
    }
    let first = || {
        let good = curves.iter().flat_map(|curve| &curve.good).map(|point| point.0);
        let all = curves.iter().flat_map(LightCurve::points).map(|point| point.0);
        let least = |times: &mut dyn Iterator<Item = f64>| times.reduce(f64::min);
        least(&mut { good }).or_else(|| least(&mut { all })).unwrap_or(0.0)
    };
    let epoch = fold.epoch.unwrap_or_else(first);
    for point in curves.iter_mut().flat_map(LightCurve::points_mut) {
        point.0 = phase(point.0, period, epoch);
    }
    let note = fold.epoch.is_none().then(|| {
        format!(
            "phase 0 is at the first good cadence, {epoch} [{scale}]; another T0 is given as --fold {},T0",
            fold.period
        )
    });
    // More digits than a second of a century has.
    let epoch = (epoch * 1e8).round() / 1e8;
    Ok((format!("Phase, period {} d, T0 = {epoch} [{scale}]", fold.period), note))
}

/// One series for all files that differ in nothing but their times.
fn series(curves: Vec<LightCurve>) -> Vec<Series> {
    let mut found: Vec<(Key, Series)> = Vec::new();
    for curve in curves {
        let key = Key::of(&curve);
        if let Some((_, series)) = found.iter_mut().find(|(other, _)| *other == key) {
            series.good.extend(curve.good);
            series.flagged.extend(curve.flagged);
            continue;
        }
        let LightCurve { good, flagged, .. } = curve;
        let name = String::new();
        found.push((key, Series { name, good, flagged }));
    }
    let keys: Vec<Key> = found.iter().map(|(key, _)| key.clone()).collect();
    let named = found.into_iter().map(|(key, series)| Series {
        name: key.name(&keys),
        ..series
    });
    named.collect()
}

/// What tells series apart.
#[derive(Clone, PartialEq)]
struct Key {
    object: String,
    pipeline: &'static str,
    table: String,
    flux: String,
    cadence: String,
}

impl Key {
    fn of(curve: &LightCurve) -> Self {
        let observation = &curve.observation;
        Self {
            object: observation.object.clone(),
            pipeline: observation.pipeline.unwrap_or("unknown pipeline"),
            table: observation.table.clone().unwrap_or_default(),
            flux: curve.flux.to_uppercase(),
            cadence: observation.cadence.clone().unwrap_or_default(),
        }
    }

    /// What not all have in common; the cadence only if nothing else tells two of them apart.
    fn name(&self, all: &[Self]) -> String {
        if all.len() == 1 {
            return "good".to_owned();
        }
        let pieces = |key: &Self| {
            let key = key.clone();
            [key.object, key.pipeline.to_owned(), key.table, key.flux]
        };
        let own = pieces(self);
        let differs = |piece: usize| all.iter().any(|other| pieces(other)[piece] != own[piece]);
        let is_unique = all.iter().filter(|other| pieces(other) == own).count() == 1;
        let mut name: Vec<&str> = (0..own.len())
            .filter(|piece| differs(*piece))
            .map(|piece| own[piece].as_str())
            .collect();
        if !is_unique {
            name.push(&self.cadence);
        }
        name.retain(|piece| !piece.is_empty());
        match name.is_empty() {
            true => "others".to_owned(),
            false => name.join(" "),
        }
    }
}
