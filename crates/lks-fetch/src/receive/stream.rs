//! A file in one body, continued where it broke off.

use http::header;
use lks_mast::lanes;

use super::publish::largest;
use super::{Arrival, Partial, Transfer, located};
use crate::blocking::blocking;
use crate::plan::route::Route;
use crate::plan::route::Source;
use crate::report::failure::Failure;
use crate::source::body::{self, Body, Known};
use crate::source::validator::text;
use crate::store::buffer::Buffer;
use crate::store::checksum;
use crate::store::content::HEAD;
use crate::store::local;
use crate::store::resume_point::ResumePoint;
use crate::store::writer_task::WriterTask;

impl Transfer<'_> {
    async fn open(&self, route: &Route, known: &Known) -> Result<Body, Failure> {
        match route {
            Route::Cloud { key } => body::from_cloud(&self.context.cloud, key, known).await,
            Route::Archive { uri } => {
                let url = self.context.endpoints.product_url(uri);
                body::from_archive(
                    &self.context.http,
                    self.context.objects.as_ref(),
                    url,
                    lanes::FILE,
                    known,
                )
                .await
            }
            Route::Cube(_) | Route::Cutout(_) | Route::Mirror { .. } => {
                Err(Failure::protocol("this place is not streamed from").for_good())
            }
        }
    }

    /// The whole file, or its rest, in one body.
    pub(super) async fn stream(&self, route: &Route, partial: &mut Partial) -> Result<Arrival, Failure> {
        if !std::mem::replace(&mut partial.has_looked_for_leftovers, true) && self.has_leftovers {
            self.resume_earlier(route.source(), partial).await;
        }
        let mut body = self.answer(route, self.open(route, &partial.known)).await?;
        let url = body.about.url.clone();
        self.drain(route.source(), &mut body, partial)
            .await
            .map_err(|failure| located(failure, &url))
    }

    /// Takes up what an earlier run left of the file from this kind of place.
    async fn resume_earlier(&self, source: Source, partial: &mut Partial) {
        let (store, key) = (self.context.store.clone(), self.key.clone());
        let looking = blocking(move || local::resume(&store, &key, source));
        let Some((writer, origin)) = looking.await else {
            return;
        };
        let written = writer
            .missing(origin.total)
            .first()
            .map_or(origin.total, |hole| hole.start);
        let mut buffer = Buffer::Written(WriterTask::resume(writer));
        if written == 0 || buffer.keep(&origin).await.is_err() {
            // Nothing at the beginning, which is where one body begins.
            return buffer.discard().await;
        }
        tracing::debug!(file = %self.product.filename(), written, total = origin.total, "continued where an earlier run stopped");
        partial.known = Known {
            written,
            total: Some(origin.total),
            validator: Some(origin.validator.clone()),
        };
        (partial.buffer, partial.kept_as) = (Some(buffer), Some(origin));
    }

    async fn drain(&self, source: Source, body: &mut Body, partial: &mut Partial) -> Result<Arrival, Failure> {
        let Partial {
            buffer,
            known,
            head,
            kept_as,
            announced,
            is_watched,
            is_spliced,
            ..
        } = partial;
        let expected = body.about.total.or(self.product.size());
        if let Some(total) = body.about.total.filter(|total| *total > largest(self.product.size())) {
            return Err(Failure::too_large(total));
        }
        let store = &self.context.store;
        let writing = buffer.get_or_insert_with(|| Buffer::begin(store, &self.key, expected));
        if body.about.start == 0 && known.written > 0 {
            writing.restart().await?;
            *kept_as = None;
        }
        *is_spliced = body.about.start > 0;
        if !*is_spliced || !*is_watched {
            *announced = checksum::announced(&body.about.headers, !*is_spliced);
            let checks = self.checks(source, body.about.total, announced, *is_spliced);
            writing.watch(checks.wanted()).await?;
            *is_watched = true;
        }
        *known = Known {
            written: body.about.start,
            total: body.about.total,
            validator: body.about.validator(),
        };
        if body.about.start == 0 {
            head.clear();
        }
        if let (Some(total), Some(validator)) = (known.total, known.validator.clone()) {
            let origin = ResumePoint {
                source,
                total,
                validator,
            };
            if kept_as.as_ref() != Some(&origin) {
                writing.keep(&origin).await?;
                *kept_as = Some(origin);
            }
        }
        while let Some(bytes) = self.next(body.chunk()).await? {
            if known.written < HEAD as u64 {
                self.sniff(head, &bytes, &body.about)?;
            }
            let offset = known.written;
            known.written += bytes.len() as u64;
            if known.written > body.about.total.unwrap_or(largest(self.product.size())) {
                return Err(Failure::too_large(known.written));
            }
            writing.write(offset, bytes).await?;
            self.report_received(known.written, body.about.total);
        }
        if head.len() < HEAD && known.written == head.len() as u64 {
            self.form
                .check_head(head, text(&body.about.headers, header::CONTENT_TYPE))
                .map_err(Failure::corrupt)?;
        }
        self.check_length(known.written, body.about.total, body.about.explicit_end)?;
        let Some(whole) = buffer.take() else {
            return Err(Failure::storage("the file was closed while it was written"));
        };
        let checks = self.checks(source, body.about.total, announced, *is_spliced);
        self.publish(source, &body.about, checks, whole).await
    }
}
