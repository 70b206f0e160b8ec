//! A server that writes scripted bytes: one script per connection, the last one repeated.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use lks_http::{HttpClient, HttpOptions, RetryPolicy, Throughput};
use url::Url;

/// What happens after a request's head was read.
#[derive(Clone)]
pub(crate) enum Act {
    Send(Vec<u8>),
    /// So many bytes, one by one, with this pause before each.
    Trickle(usize, Duration),
    /// Closes with a reset.
    Reset,
    /// Keeps the connection open and silent until the client leaves.
    Stall,
}

pub(crate) fn send(text: &str) -> Act {
    Act::Send(text.as_bytes().to_vec())
}

/// A whole response with the length announced.
pub(crate) fn respond(head: &str, body: &str) -> Vec<Act> {
    vec![send(&format!(
        "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    ))]
}

pub(crate) struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Vec<(String, Instant)>>>,
}

impl Server {
    pub(crate) fn start(scripts: Vec<Vec<Act>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let log = Arc::new(Mutex::new(Vec::new()));
        let seen = log.clone();
        thread::spawn(move || {
            for (n, stream) in listener.incoming().enumerate() {
                let (Ok(stream), seen) = (stream, seen.clone()) else {
                    return;
                };
                let script = scripts[n.min(scripts.len() - 1)].clone();
                thread::spawn(move || serve(stream, &script, &seen));
            }
        });
        Self { address, log }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).expect("a URL")
    }

    /// The heads of the requests that came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.log
            .lock()
            .expect("the log")
            .iter()
            .map(|(head, _)| head.clone())
            .collect()
    }

    pub(crate) fn times(&self) -> Vec<Instant> {
        self.log.lock().expect("the log").iter().map(|(_, at)| *at).collect()
    }
}

fn serve(stream: TcpStream, script: &[Act], log: &Mutex<Vec<(String, Instant)>>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if !matches!(reader.read_line(&mut head), Ok(1..)) {
            return;
        }
    }
    log.lock().expect("the log").push((head, Instant::now()));
    let mut stream = stream;
    for act in script {
        let written = match act {
            Act::Send(bytes) => stream.write_all(bytes),
            Act::Trickle(n, pause) => (0..*n).try_for_each(|_| {
                thread::sleep(*pause);
                stream.write_all(b"x")
            }),
            Act::Reset => return reset(&stream),
            Act::Stall => {
                let _gone = reader.read(&mut [0]);
                return;
            }
        };
        if written.is_err() {
            return;
        }
    }
}

/// Bytes left unread make the system close with a reset; where the head was read whole, a zero linger does.
fn reset(stream: &TcpStream) {
    let socket = tokio::net::TcpSocket::from_std_stream(stream.try_clone().expect("a second handle"));
    socket.set_zero_linger().expect("linger can be set");
}

/// A client that does not make tests wait.
pub(crate) fn client() -> HttpClient {
    HttpClient::new(&options()).expect("a client")
}

pub(crate) fn options() -> HttpOptions {
    let quick = Duration::from_millis(2);
    let throughput = Throughput::default()
        .with_bytes_per_second(1000)
        .with_window(Duration::from_millis(60))
        .with_grace(Duration::from_millis(30));
    HttpOptions::default()
        .with_idle_timeout(Duration::from_millis(300))
        .with_head_timeout(Duration::from_millis(300))
        .with_throughput(throughput)
        .with_backoff(RetryPolicy::default().with_base(quick).with_throttled_base(quick))
}
