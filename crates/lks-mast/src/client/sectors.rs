//! Which sectors saw a position: by the footprints of the images, which are one file for the whole sky, or else by TESScut.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lks_answers::Question as Exact;
use lks_http::Request;
use tokio::sync::Mutex;

use super::{MastClient, kept_as_sent};
use crate::error::{Error, Service};
use crate::footprints::Footprints;
use crate::lanes;
use crate::position::Position;
use crate::response::{self, SectorSeen};
use crate::tess;

/// The file has about 300 kB for a hundred sectors.
const LARGEST_FILE: u64 = 64 << 20;

/// The mirror has so long to answer; TESScut is the other way.
const PATIENCE: Duration = Duration::from_secs(5);

/// Footprints are of use while they know each sector that ended so many days ago: a file that is no longer kept up would hide the others.
const MOST_DAYS_BEHIND: f64 = 60.0;

/// When footprints were read already, and they, with their date, or `None` where they could not be had.
pub(super) type Known = Mutex<Option<(SystemTime, Option<(Arc<Footprints>, SystemTime)>)>>;

impl MastClient {
    /// The sectors whose full-frame images show a position, in order.
    ///
    /// # Errors
    /// When neither the footprints can be had nor TESScut answers, or not in its format.
    pub async fn sectors(&self, position: &Position) -> Result<Vec<SectorSeen>, Error> {
        self.noting().noted_sectors(position).await
    }

    pub(super) async fn noted_sectors(&self, position: &Position) -> Result<Vec<SectorSeen>, Error> {
        let seen = self.look_up_sectors(position).await?;
        self.notes.seen(&seen);
        Ok(seen)
    }

    async fn look_up_sectors(&self, position: &Position) -> Result<Vec<SectorSeen>, Error> {
        let url = self.endpoints.sectors(position);
        let about = format!("the sectors that saw {position}");
        let asked = Exact::new(Service::TessCut.kind(), about, &[&self.endpoints.exact(&url)]);
        let read = |body: &[u8]| response::sectors(body).ok();
        if let Some((date, seen)) = self.answers.recall(&asked, move |body| read(&body)).await
            && self.answers.is_fresh(date, SystemTime::now())
        {
            self.notes.kept(Service::TessCut, &asked, date);
            return Ok(seen);
        }
        if let Some(footprints) = self.footprints().await {
            return Ok(footprints.seen(position));
        }
        let fetch = async {
            let (value, body) = self.small(Service::TessCut, url, response::sectors).await?;
            Ok(kept_as_sent(value, body))
        };
        match self.remembered(Service::TessCut, &asked, read, fetch).await {
            Err(error) if error.is_of_service() => match self.older_footprints().await {
                Some((date, footprints)) => {
                    self.notes.failed(Service::TessCut, date, error.to_string());
                    if let Some(asked) = self.exact_footprints() {
                        self.notes.kept(Service::Footprints, &asked, date);
                    }
                    Ok(footprints.seen(position))
                }
                None => Err(error),
            },
            answer => answer,
        }
    }

    /// The footprints of the images, if they can be had and are up to date.
    async fn footprints(&self) -> Option<Arc<Footprints>> {
        let url = self.endpoints.footprints()?;
        let now = SystemTime::now();
        let asked = self.exact_footprints()?;
        let mut known = self.footprints.lock().await;
        if let Some((_, footprints)) = known.as_ref().filter(|(date, _)| self.answers.is_recent(*date, now)) {
            let (footprints, date) = footprints.clone()?;
            self.notes.asked(&asked, date);
            return Some(footprints);
        }
        let fetch = async {
            let request = Request::get(url).with_lane(lanes::CLOUD);
            // Once, and not for long: TESScut is the other way.
            let asking = tokio::time::timeout(PATIENCE, self.http.bytes_once(request, LARGEST_FILE));
            let answer = asking
                .await
                .map_err(|_| format!("no answer within {} s", PATIENCE.as_secs()))?;
            let answer = answer.map_err(|error| error.to_string())?;
            let value = Footprints::read(&answer.body).ok_or("these are not the footprints of images")?;
            Ok::<_, String>(kept_as_sent(value, answer.body))
        };
        let found = self
            .answers
            .ask(&asked, now, Footprints::read, fetch, |_, _| false)
            .await;
        match &found {
            Ok(answered) => match answered.kept {
                Some(date) => self.notes.kept(Service::Footprints, &asked, date),
                None => self.notes.asked(&asked, now),
            },
            Err(error) => tracing::debug!(error, "the footprints of images are not to be had; TESScut is asked"),
        }
        let is_kept_up = |footprints: &Footprints| {
            tess::last_ended(now, MOST_DAYS_BEHIND).is_none_or(|sector| footprints.last_sector() >= sector)
        };
        let footprints = found
            .ok()
            .filter(|found| self.answers.is_offline() || is_kept_up(&found.value))
            .map(|found| (Arc::new(found.value), found.kept.unwrap_or(now)));
        *known = Some((now, footprints.clone()));
        footprints.map(|(footprints, _)| footprints)
    }

    /// Footprints of any age.
    async fn older_footprints(&self) -> Option<(SystemTime, Footprints)> {
        let read = |body: Vec<u8>| Footprints::read(&body);
        self.answers.recall(&self.exact_footprints()?, read).await
    }

    fn exact_footprints(&self) -> Option<Exact> {
        let exact = self.endpoints.exact_footprints()?;
        Some(Exact::new(
            Service::Footprints.kind(),
            "the footprints of full-frame images",
            &[&exact],
        ))
    }
}
