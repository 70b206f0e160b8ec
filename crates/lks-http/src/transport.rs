//! What sends requests: the network through reqwest, or a closure in tests.

mod trust;

use std::error::Error as StdError;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, Stream, TryStreamExt};
use http::header::{self, HeaderValue};
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::error::{Cause, Error, innermost};
use crate::options::HttpOptions;
use crate::redirect::is_loopback;
use crate::request::Request;

use trust::Trust;

/// A connection that is idle for this long is closed.
const POOL_IDLE: Duration = Duration::from_secs(30);

/// Any error of a transport.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A body as it arrives.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send + Sync>>;

/// Whether `Content-Encoding` is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Compressed transfer is requested and decoded: for documents.
    Decoded,
    /// The bytes are left as they are: for files.
    Identity,
}

/// Sends one request and returns the response, whatever its status. Follows no redirects and never retries.
///
/// Implemented by every `Fn(Request) -> io::Result<http::Response<Bytes>>`.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request.
    fn call(
        &self,
        request: Request,
        coding: Coding,
    ) -> BoxFuture<'static, Result<http::Response<ByteStream>, BoxError>>;
}

impl<F> Transport for F
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

/// The network: plain connections within this machine, TLS to other machines.
///
/// Requests to this machine need no certificates and must not go through a proxy. The clients for other machines are made when they are first
/// needed, so that a machine without a certificate store can still use a server of its own.
pub(crate) struct NetworkTransport {
    options: HttpOptions,
    proxies: Matcher,
    loopback: Pair,
    remote: OnceLock<Result<Pair, String>>,
}

/// Two clients, because transparent decoding cannot be switched off for a single request: with it a `Content-Length` vanishes and a
/// `.fits.gz` would be stored unpacked.
struct Pair {
    documents: reqwest::Client,
    files: reqwest::Client,
}

impl NetworkTransport {
    pub(crate) fn new(options: &HttpOptions) -> Result<Self, Error> {
        if let Some(wrong) = options.proxies.wrong() {
            return Err(Error::new(Cause::Setup(wrong)));
        }
        // Another thread may have installed one since; then that one is as good.
        #[cfg(feature = "ring")]
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            let _already = rustls::crypto::ring::default_provider().install_default();
        }
        #[cfg(all(feature = "tls", not(feature = "ring")))]
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            let missing = "no TLS provider is installed; call `install_default` of one, or build lks-http with its feature `ring`";
            return Err(Error::new(Cause::Setup(missing.to_owned())));
        }
        // Whatever DNS says of it.
        let here: [SocketAddr; 2] = [(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()];
        let trust = Trust::none();
        let local = || trust.apply(builder(options));
        let loopback = Pair::new(|| local().resolve_to_addrs("localhost", &here))
            .map_err(|error| Error::new(Cause::Setup(error.to_string())).with_source(error.into()))?;
        Ok(Self {
            options: options.clone(),
            proxies: options.proxies.matcher(),
            loopback,
            remote: OnceLock::new(),
        })
    }

    fn client(&self, url: &Url, coding: Coding) -> Result<reqwest::Client, Error> {
        let pair = if is_local(url) {
            &self.loopback
        } else if cfg!(not(feature = "tls")) && url.scheme() == "https" {
            let missing = "this program was built without TLS; build it with the feature `ring`";
            return Err(Error::new(Cause::Setup(missing.to_owned())));
        } else {
            let remote = self.remote.get_or_init(|| Pair::remote(&self.options));
            remote
                .as_ref()
                .map_err(|reason| Error::new(Cause::Setup(reason.clone())))?
        };
        Ok(match coding {
            Coding::Decoded => pair.documents.clone(),
            Coding::Identity => pair.files.clone(),
        })
    }
}

/// Whether a request needs neither certificates nor a proxy.
fn is_local(url: &Url) -> bool {
    url.scheme() == "http" && is_loopback(url)
}

impl Pair {
    fn new(builder: impl Fn() -> reqwest::ClientBuilder) -> Result<Self, reqwest::Error> {
        Ok(Self {
            documents: builder().build()?,
            // One HTTP/2 connection would carry all parts of a file at the speed of one.
            files: builder().http1_only().no_gzip().no_zstd().build()?,
        })
    }

    /// For other machines: with proxies and certificates.
    fn remote(options: &HttpOptions) -> Result<Self, String> {
        let trust = Trust::of(&options.certificates)?;
        let proxies = options.proxies.for_reqwest().map_err(|error| innermost(&error))?;
        let builder = || {
            let proxies = proxies.iter().cloned();
            trust.apply(proxies.fold(builder(options), reqwest::ClientBuilder::proxy))
        };
        Self::new(builder).map_err(|error| innermost(&error) + trust.hint())
    }
}

fn builder(options: &HttpOptions) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(&options.user_agent)
        .connect_timeout(options.connect_timeout)
        .pool_idle_timeout(POOL_IDLE)
        // The library would look into the environment and the system's settings.
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
}

impl Transport for NetworkTransport {
    fn call(
        &self,
        request: Request,
        coding: Coding,
    ) -> BoxFuture<'static, Result<http::Response<ByteStream>, BoxError>> {
        let client = self.client(&request.url, coding);
        let proxy = match is_local(&request.url) {
            true => None,
            false => self.options.proxies.variable_for(&self.proxies, &request.url),
        };
        async move {
            let client = client?;
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
            let response = client.execute(outgoing).await;
            let response =
                response.map_err(|error| Error::from_transport(error.without_url().into()).through(proxy))?;
            let mut head = http::Response::new(());
            *head.status_mut() = response.status();
            *head.version_mut() = response.version();
            *head.headers_mut() = response.headers().clone();
            let body: ByteStream = Box::pin(
                response
                    .bytes_stream()
                    .map_err(|error| BoxError::from(error.without_url())),
            );
            Ok(head.map(|()| body))
        }
        .boxed()
    }
}
