//! What the clients talk to: it waits, counts, and plays the sandbox's answers from memory.
//!
//! The sandbox makes its files when they are asked for, which takes longer than sending them; timed through it, every client would be as
//! fast as the sandbox makes files. So the first answer to a request comes from there and all further ones from memory. Beside
//! what the sandbox has there are files of any size, `bench-SIZE-NUMBER.fits`, at MAST and in the bucket.
//!
//! `POST /_bench/latency/MS` sets the waiting time before each answer, `GET /_bench/counts` tells how many requests came and how many
//! bytes of bodies went out since `POST /_bench/clear`.

mod made;
mod message;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use self::made::Body;
use self::message::{Request, read_request};

/// The part of a header line that says how a client wants an answer, and so decides which one it gets.
const DECIDING: [&str; 6] = [
    "host",
    "range",
    "accept-encoding",
    "if-match",
    "if-none-match",
    "if-range",
];

/// A listening archive. Its threads end with the process.
pub(crate) struct Archive {
    address: SocketAddr,
}

struct State {
    sandbox: String,
    /// Milliseconds.
    latency: AtomicU64,
    counts: Mutex<Counts>,
    known: Mutex<HashMap<Vec<u8>, Arc<Answer>>>,
}

#[derive(Default)]
struct Counts {
    requests: u64,
    bytes: u64,
    connections: u64,
    open: u64,
    peak: u64,
    kinds: BTreeMap<String, u64>,
}

/// Head and body as they go over the wire.
struct Answer {
    pub head: Vec<u8>,
    pub body: Body,
}

impl Archive {
    /// Listens on a free port of the loopback interface; `sandbox` is `http://HOST:PORT`.
    pub(crate) fn start(sandbox: &str) -> Result<Self, String> {
        let failure = |error: io::Error| format!("cannot listen: {error}");
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(failure)?;
        let address = listener.local_addr().map_err(failure)?;
        let state = Arc::new(State {
            sandbox: sandbox.trim_start_matches("http://").to_owned(),
            latency: AtomicU64::new(0),
            counts: Mutex::default(),
            known: Mutex::default(),
        });
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&state);
                thread::spawn(move || {
                    {
                        let mut counts = state.counts();
                        counts.connections += 1;
                        counts.open += 1;
                        counts.peak = counts.peak.max(counts.open);
                    }
                    // A client may leave in the middle.
                    let _ = state.serve(stream);
                    state.counts().open -= 1;
                });
            }
        });
        Ok(Self { address })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl State {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut early = Vec::new();
        while let Some(request) = read_request(&mut stream, &mut early)? {
            let answer = match request.target.strip_prefix("/_bench/") {
                Some(order) => Arc::new(self.obey(order)),
                None => {
                    let answer = self.answer(&request)?;
                    thread::sleep(Duration::from_millis(self.latency.load(Ordering::Relaxed)));
                    self.count(&request, &answer);
                    answer
                }
            };
            stream.write_all(&answer.head)?;
            if request.method != "HEAD" {
                answer.body.write_to(&mut stream)?;
            }
            if request.closes() {
                break;
            }
        }
        Ok(())
    }

    fn obey(&self, order: &str) -> Answer {
        if let Some(latency) = order.strip_prefix("latency/").and_then(|text| text.parse().ok()) {
            self.latency.store(latency, Ordering::Relaxed);
        } else if order == "clear" {
            let mut counts = self.counts();
            *counts = Counts {
                open: counts.open,
                ..Counts::default()
            };
        }
        let counts = self.counts();
        let kinds: Vec<String> = counts
            .kinds
            .iter()
            .map(|(kind, n)| format!("\"{kind}\": {n}"))
            .collect();
        Answer::json(format!(
            "{{\"requests\": {}, \"bytes\": {}, \"connections\": {}, \"peak\": {}, \"kinds\": {{{}}}}}",
            counts.requests,
            counts.bytes,
            counts.connections,
            counts.peak,
            kinds.join(", ")
        ))
    }

    fn count(&self, request: &Request, answer: &Answer) {
        let path = request.target.split('?').next().unwrap_or_default();
        let place = path.trim_matches('/').split('/').next_back().unwrap_or_default();
        let place = if path.starts_with("/stpubdata/") {
            "object"
        } else {
            place
        };
        let status = String::from_utf8_lossy(answer.head.get(9..12).unwrap_or_default()).into_owned();
        let mut counts = self.counts();
        counts.requests += 1;
        counts.bytes += if request.method == "HEAD" {
            0
        } else {
            answer.body.length()
        };
        *counts
            .kinds
            .entry(format!("{} {place} {status}", request.method))
            .or_default() += 1;
    }

    fn answer(&self, request: &Request) -> io::Result<Arc<Answer>> {
        if let Some(answer) = made::answer(request) {
            return Ok(Arc::new(answer));
        }
        let mut key = format!("{} {}\n", request.method, request.target).into_bytes();
        for name in DECIDING {
            key.extend_from_slice(request.header(name).unwrap_or_default().as_bytes());
            key.push(b'\n');
        }
        key.extend_from_slice(&request.body);
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known().get(&key) {
            return Ok(Arc::clone(answer));
        }
        let answer = Arc::new(self.ask(request)?);
        known().insert(key, Arc::clone(&answer));
        Ok(answer)
    }

    /// The sandbox's answer, which ends where its connection does.
    fn ask(&self, request: &Request) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(&self.sandbox)?;
        stream.write_all(&request.closing())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let end = message::end_of_head(&bytes).ok_or_else(|| io::Error::other("the sandbox sent no head"))?;
        let body = bytes.split_off(end);
        let head = String::from_utf8_lossy(&bytes).replace("Connection: close\r\n", "");
        Ok(Answer {
            head: head.into_bytes(),
            body: Body::Kept(body),
        })
    }
}

impl Answer {
    pub(crate) fn json(text: String) -> Self {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            text.len()
        );
        Self {
            head: head.into_bytes(),
            body: Body::Kept(text.into_bytes()),
        }
    }
}
