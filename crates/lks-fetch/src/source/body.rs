//! One request for (the rest of) a file, whichever place it comes from, checked against what was known before.

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use lks_http::{Framing, HttpClient, Lane, Request, Response, redact_url};
use lks_mast::lanes;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore};
use url::Url;

use crate::report::failure::Failure;
use crate::source::bucket::{AnswerHeaders, AnswerUrl, Tries};
use crate::source::retrying::UNKNOWN_SIZE;
use crate::source::validator::{ContentRange, Validator, text};

/// A 2xx answer whose bytes are still to come.
pub(crate) struct Body {
    pub(crate) about: About,
    inner: Inner,
}

/// What the head of an answer says of the file.
pub(crate) struct About {
    /// Position of its first byte in the file.
    pub(crate) start: u64,
    /// Size of the whole file.
    pub(crate) total: Option<u64>,
    /// Whether a cut body can be told from a whole one.
    pub(crate) explicit_end: bool,
    pub(crate) headers: HeaderMap,
    /// Where it came from, fit to be written down.
    pub(crate) url: String,
}

enum Inner {
    Http(Box<Response>),
    Object(BoxStream<'static, object_store::Result<Bytes>>),
    /// Everything is there already.
    Nothing,
}

/// What an earlier answer said of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// Bytes already written.
    pub(crate) written: u64,
    pub(crate) total: Option<u64>,
    pub(crate) validator: Option<Validator>,
}

impl Known {
    /// Where the next request may begin: only behind bytes whose identity can be proven.
    pub(crate) fn resume_from(&self) -> Option<(u64, &Validator)> {
        self.validator
            .as_ref()
            .filter(|_| self.written > 0)
            .map(|validator| (self.written, validator))
    }
}

impl Body {
    /// The next bytes; `None` only at the complete end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        match &mut self.inner {
            Inner::Http(response) => Ok(response.chunk().await?),
            Inner::Object(stream) => Ok(stream.next().await.transpose()?),
            Inner::Nothing => Ok(None),
        }
    }

    /// Lets go of what is still to come, and of the place at the host: while it is held, the same host's other answers may have none.
    pub(crate) fn close(&mut self) {
        self.inner = Inner::Nothing;
    }
}

impl About {
    pub(crate) fn validator(&self) -> Option<Validator> {
        Validator::of(&self.headers)
    }
}

/// Asks the archive for a file, or for the rest of it. It may send us to the objects of the mirror.
pub(crate) async fn from_archive(
    http: &HttpClient,
    objects: Option<&Url>,
    url: Url,
    lane: Lane,
    known: &Known,
) -> Result<Body, Failure> {
    let mut request = Request::get(url).with_lane(lane);
    request.redirect_lane = objects.map(|objects| (objects.clone(), lanes::CLOUD));
    if lane == lanes::CUTOUT {
        // The service computes the cutout before it answers.
        request.head_timeouts = 10;
    }
    if let Some((start, validator)) = known.resume_from() {
        let value = |text: &str| HeaderValue::from_str(text).map_err(|error| Failure::protocol(error.to_string()));
        request
            .headers
            .insert(header::RANGE, value(&format!("bytes={start}-"))?);
        request.headers.insert(header::IF_RANGE, value(validator.as_str())?);
    }
    let response = match http.stream(request).await {
        Ok(response) => response,
        Err(error) => return nothing_left(&error, known).ok_or_else(|| error.into()),
    };
    let url = redact_url(&response.url).into_owned();
    let (start, total) = match response.status {
        StatusCode::PARTIAL_CONTENT => rest(&response.headers, known).map_err(|failure| failure.at(&url))?,
        // The server does not resume, or the file changed: this body is the whole file.
        StatusCode::OK => (0, response.length()),
        other => return Err(Failure::protocol(format!("the server answered {other} instead of a file")).at(&url)),
    };
    if let Some(coding) = text(&response.headers, header::CONTENT_ENCODING)
        && coding != "identity"
        && !response.url.path().ends_with(".gz")
        && !response.url.query().is_some_and(|query| query.ends_with(".gz"))
    {
        return Err(Failure::protocol(format!(
            "the server packed the file ({coding}), which was not asked for"
        ))
        .at(&url));
    }
    let explicit_end = response.framing() != Framing::Close;
    let about = About {
        start,
        total,
        explicit_end,
        headers: response.headers.clone(),
        url,
    };
    Ok(Body {
        about,
        inner: Inner::Http(Box::new(response)),
    })
}

fn rest(headers: &HeaderMap, known: &Known) -> Result<(u64, Option<u64>), Failure> {
    let Some((start, validator)) = known.resume_from() else {
        return Err(Failure::protocol(
            "the server answered 206 to a request for the whole file",
        ));
    };
    if !validator.holds_for(headers) {
        return Err(Failure::changed("the file at the source was replaced meanwhile"));
    }
    let got = text(headers, header::CONTENT_RANGE).unwrap_or_default();
    let range = ContentRange::parse(got).filter(|range| range.is_rest_from(start, known.total));
    let range = range.ok_or_else(|| Failure::wrong_range(format!("bytes {start}- were asked for and {got:?} came")))?;
    Ok((start, Some(range.total)))
}

/// A body whose explicit end was missing may have been whole: then nothing is left to ask for, and the answer says so.
fn nothing_left(error: &lks_http::Error, known: &Known) -> Option<Body> {
    let (start, validator) = known.resume_from()?;
    let headers = error
        .headers()
        .filter(|_| error.status() == Some(StatusCode::RANGE_NOT_SATISFIABLE))?;
    if validator.is_refuted_by(headers) || known.total.is_some_and(|total| total != start) {
        // Another file, which is as long as what came.
        return None;
    }
    let size = text(headers, header::CONTENT_RANGE)?.strip_prefix("bytes */")?;
    let (total, url) = (
        size.parse().ok().filter(|total| *total == start)?,
        redact_url(error.url()?).into_owned(),
    );
    let about = About {
        start,
        total: Some(total),
        explicit_end: true,
        headers: headers.clone(),
        url,
    };
    Some(Body {
        about,
        inner: Inner::Nothing,
    })
}

/// Asks the mirror for an object, or for the rest of it.
pub(crate) async fn from_cloud(store: &Arc<dyn ObjectStore>, key: &str, known: &Known) -> Result<Body, Failure> {
    let mut options = GetOptions::default();
    if let Some((start, Validator::Etag(etag))) = known.resume_from() {
        options.range = Some(GetRange::Offset(start));
        options.if_match = Some(etag.clone());
    }
    let asked = options.if_match.is_some();
    let body = object(store, key, options).await?;
    if let (true, Some((_, validator))) = (asked, known.resume_from()) {
        // A server that ignores If-Match must not be able to mix two versions.
        let is_as_long = known.total.is_none() || body.about.total == known.total;
        if !validator.holds_for(&body.about.headers) || !is_as_long {
            return Err(Failure::changed("the object was replaced meanwhile").at(&body.about.url));
        }
    }
    Ok(body)
}

/// Asks the mirror for one part of an object; with an ETag only of that very object.
pub(crate) async fn part(
    store: &Arc<dyn ObjectStore>,
    key: &str,
    range: impl Into<GetRange>,
    etag: Option<String>,
    tries: Tries,
) -> Result<Body, Failure> {
    let mut options = GetOptions {
        range: Some(range.into()),
        if_match: etag.clone(),
        ..GetOptions::default()
    };
    options.extensions.insert(tries);
    let body = object(store, key, options).await?;
    match etag {
        // A server that ignores If-Match must not be able to mix two versions.
        Some(etag) if !Validator::Etag(etag.clone()).holds_for(&body.about.headers) => {
            Err(Failure::changed("the object was replaced meanwhile").at(&body.about.url))
        }
        _ => Ok(body),
    }
}

async fn object(store: &Arc<dyn ObjectStore>, key: &str, options: GetOptions) -> Result<Body, Failure> {
    let path =
        Path::parse(key).map_err(|error| Failure::protocol(format!("{key:?} is not an S3 key: {error}")).for_good())?;
    let ranged = options.range.is_some();
    let result = store
        .get_opts(&path, options)
        .await
        .map_err(|error| match Failure::from(error) {
            failure if ranged && is_about_range(&failure.message) => Failure::wrong_range(failure.message),
            failure => failure,
        })?;
    let headers = result
        .extensions
        .get::<AnswerHeaders>()
        .map(|it| it.0.clone())
        .unwrap_or_default();
    let url = result
        .extensions
        .get::<AnswerUrl>()
        .map_or_else(|| key.to_owned(), |it| redact_url(&it.0).into_owned());
    let about = About {
        start: result.range.start,
        total: Some(result.meta.size).filter(|size| *size != UNKNOWN_SIZE),
        explicit_end: result.extensions.get() != Some(&Framing::Close),
        headers,
        url,
    };
    Ok(Body {
        about,
        inner: Inner::Object(result.into_stream()),
    })
}

/// `object_store` checks ranges itself, and has only texts to say what was wrong with one.
fn is_about_range(message: &str) -> bool {
    ["Requested", "non-partial", "Content-Range", "CONTENT_RANGE"]
        .iter()
        .any(|words| message.contains(words))
}
