//! The seam to the wire: reqwest in earnest, a closure in tests.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, Stream, TryStreamExt};
use http::header::{self, HeaderValue};

use crate::error::{Error, Kind};
use crate::options::HttpOptions;
use crate::request::Request;

/// Any error of a service.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A body as it comes.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send + Sync>>;

/// Whether `Content-Encoding` is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Compressed transfer is asked for and undone: for documents.
    Decoded,
    /// The bytes are taken as they are: for files.
    Identity,
}

/// Sends one request and gives back the response to it, whatever its status; follows no redirect and tries nothing again.
///
/// Implemented by every `Fn(Request) -> io::Result<http::Response<Bytes>>`.
pub trait Service: Send + Sync + 'static {
    /// Sends the request.
    fn call(
        &self,
        request: Request,
        coding: Coding,
    ) -> BoxFuture<'static, Result<http::Response<ByteStream>, BoxError>>;
}

impl<F> Service for F
where
    F: Fn(Request) -> io::Result<http::Response<Bytes>> + Send + Sync + 'static,
{
    fn call(&self, request: Request, _: Coding) -> BoxFuture<'static, Result<http::Response<ByteStream>, BoxError>> {
        let response = self(request).map_err(BoxError::from).map(|response| {
            response.map(|body| Box::pin(futures::stream::iter((!body.is_empty()).then_some(Ok(body)))) as ByteStream)
        });
        std::future::ready(response).boxed()
    }
}

/// Two clients, because transparent decoding cannot be switched off for a single request: with it a `Content-Length` vanishes and a
/// `.fits.gz` would be stored unpacked.
pub(crate) struct Wire {
    documents: reqwest::Client,
    files: reqwest::Client,
}

impl Wire {
    pub(crate) fn new(options: &HttpOptions) -> Result<Self, Error> {
        let builder = || {
            reqwest::Client::builder()
                .user_agent(&options.user_agent)
                .connect_timeout(options.connect_timeout)
                .pool_idle_timeout(std::time::Duration::from_secs(30))
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
        };
        let build = |builder: reqwest::ClientBuilder| {
            builder.build().map_err(|error| {
                let hint = format!("{error}; the system's package ca-certificates may be missing");
                Error::new(Kind::Setup(hint)).with_source(error.into())
            })
        };
        Ok(Self {
            documents: build(builder())?,
            // One HTTP/2 connection would carry all parts of a file at the speed of one.
            files: build(builder().http1_only().no_gzip().no_brotli().no_zstd())?,
        })
    }
}

impl Service for Wire {
    fn call(
        &self,
        request: Request,
        coding: Coding,
    ) -> BoxFuture<'static, Result<http::Response<ByteStream>, BoxError>> {
        let client = match coding {
            Coding::Decoded => self.documents.clone(),
            Coding::Identity => self.files.clone(),
        };
        async move {
            let mut outgoing = reqwest::Request::new(request.method, request.url);
            *outgoing.headers_mut() = request.headers;
            if coding == Coding::Identity {
                outgoing
                    .headers_mut()
                    .insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
            }
            if !request.body.is_empty() {
                *outgoing.body_mut() = Some(request.body.into());
            }
            let response = client.execute(outgoing).await?;
            let mut head = http::Response::new(());
            *head.status_mut() = response.status();
            *head.version_mut() = response.version();
            *head.headers_mut() = response.headers().clone();
            let body: ByteStream = Box::pin(response.bytes_stream().map_err(BoxError::from));
            Ok(head.map(|()| body))
        }
        .boxed()
    }
}
