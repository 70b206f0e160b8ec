//! Starting and stopping the sandbox, and looking into it.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::error::Error;
use crate::fault::{Fault, Matcher};
use crate::server::{self, Logged, Service, State};
use crate::world::World;

/// What the sandbox is like; the default is a quiet archive on a free port.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Waiting time before each answer.
    pub latency: Duration,
    /// Synthetic targets of one sector on top of the named ones.
    pub bulk: usize,
    /// Whether `/_sandbox/…` takes scripts and tells the log over HTTP, as clients in other languages need it.
    pub control: bool,
    /// Whether `Download/file` sends clients to the bucket for products that are there, as MAST does; else it serves them itself.
    pub redirect_to_cloud: bool,
    /// The most rows that a catalogue service gives in one answer, whatever is asked for; none for the limits that each has.
    pub most_rows: Option<usize>,
    /// Whether the Gaia archive has DR4 already.
    pub has_gaia_dr4: bool,
    /// Whether there are the targets, too, that the tests of the Python package lksearch count.
    pub has_python_tests: bool,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            port: 0,
            latency: Duration::ZERO,
            bulk: 0,
            control: true,
            redirect_to_cloud: true,
            most_rows: None,
            has_gaia_dr4: false,
            has_python_tests: false,
        }
    }
}

/// A running miniature archive. It stops when it is dropped.
///
/// The server has a thread and a runtime of its own, so blocking and asynchronous callers can use it alike.
pub struct Sandbox {
    address: SocketAddr,
    state: Arc<State>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox; it takes requests as soon as this returns.
    ///
    /// # Errors
    ///
    /// If the port cannot be listened on, or the system gives no thread.
    pub fn start(options: SandboxOptions) -> Result<Self, Error> {
        let port = options.port;
        let listening = |source| Error::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(listening)?;
        listener.set_nonblocking(true).map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let world = match options.has_python_tests {
            true => World::with_python_tests(options.bulk),
            false => World::with_bulk(options.bulk),
        };
        let service = Service::new(world, address.to_string(), &options);
        let state = Arc::new(State::new(service, options.latency, options.control));

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("lks-sandbox")
            .enable_all()
            .build()
            .map_err(|source| Error::Thread { source })?;
        let (stop, stopped) = oneshot::channel::<()>();
        let shared = Arc::clone(&state);
        let serve = move || {
            runtime.block_on(async {
                match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => {
                        // A dropped sender means the same as a sent word: the owner has gone.
                        tokio::select! {
                            _ = stopped => {}
                            () = server::accept(listener, shared) => {}
                        }
                    }
                    Err(error) => tracing::error!(%error, "cannot listen"),
                }
            });
            runtime.shutdown_background();
        };
        let thread = std::thread::Builder::new()
            .name("lks-sandbox".to_owned())
            .spawn(serve)
            .map_err(|source| Error::Thread { source })?;
        Ok(Self {
            address,
            state,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `http://127.0.0.1:PORT`, under which everything is served: Mashup, downloads, resolver, TESScut, and the bucket below `/stpubdata`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The settings of lksearch that point at this sandbox.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let below = |path: &str| format!("{}{path}", self.url());
        vec![
            ("endpoints.mast", self.url()),
            ("endpoints.resolver", self.url()),
            ("endpoints.s3", self.url()),
            ("endpoints.tap", below("/TAPVizieR/tap")),
            ("endpoints.simbad", below("/simbad/sim-tap")),
            ("endpoints.gaia", below("/tap-server/tap")),
        ]
    }

    /// Lets the faults happen, one after another, to the requests that the matcher picks.
    pub fn script(&self, matcher: Matcher, faults: impl IntoIterator<Item = Fault>) {
        self.state.scripts().add(matcher, faults.into_iter().collect(), 0);
    }

    /// Ends all scripts.
    pub fn clear_scripts(&self) {
        self.state.scripts().clear();
    }

    /// All requests since the start or [`Sandbox::clear_log`], in the order in which they came; of very many, the last ones.
    pub fn log(&self) -> Vec<Logged> {
        self.state.log().entries()
    }

    /// How many logged requests the matcher picks.
    pub fn count(&self, matcher: &Matcher) -> usize {
        self.state.log().count(matcher)
    }

    /// The most connections that were open at the same time.
    pub fn peak_connections(&self) -> usize {
        self.state.log().peaks().0
    }

    /// The most requests that were being answered at the same time.
    pub fn peak_requests(&self) -> usize {
        self.state.log().peaks().1
    }

    /// The most requests that the matcher picks that were being answered at the same time, of those in the log.
    pub fn peak_requests_of(&self, matcher: &Matcher) -> usize {
        self.state.log().peak(matcher)
    }

    /// Forgets the log.
    pub fn clear_log(&self) {
        self.state.log().clear();
    }

    /// The true bytes of a product, or those of another [edition](Fault) of it; `None` if the archive has no such URI.
    pub fn body(&self, uri: &str, edition: u32) -> Option<Bytes> {
        let world = &self.state.service.world;
        let product = world.product_by_uri(uri)?;
        Some(server::altered(world.body(product), &Fault::edition(edition)))
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sandbox")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("the sandbox's thread panicked");
        }
    }
}
