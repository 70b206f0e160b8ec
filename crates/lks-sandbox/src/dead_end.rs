//! Addresses at which nobody answers, for the faults that happen before a request can be sent.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use crate::error::Error;

/// Connections after which the queue of a listener that accepts nothing is surely full.
const MAX_QUEUE: usize = 8192;
/// How long loopback needs at the most to take a connection.
const PATIENCE: Duration = Duration::from_millis(50);

/// An address on loopback that refuses connections or swallows them. The effect lasts as long as the value lives.
#[derive(Debug)]
pub struct DeadEnd {
    address: SocketAddr,
    /// Held so that the queue stays full and the port stays taken.
    _held: Option<(TcpListener, Vec<TcpStream>)>,
}

impl DeadEnd {
    /// Nobody listens: connecting fails at once.
    ///
    /// # Errors
    ///
    /// If the system gives no port.
    pub fn refusing() -> Result<Self, Error> {
        let (listener, address) = bind()?;
        drop(listener);
        Ok(Self { address, _held: None })
    }

    /// Connecting neither succeeds nor fails, as behind a firewall that drops packets: the listener's queue is full.
    ///
    /// # Errors
    ///
    /// If the system gives no port, or not enough connections to fill a queue.
    pub fn silent() -> Result<Self, Error> {
        let (listener, address) = bind()?;
        let mut queue = Vec::new();
        while queue.len() < MAX_QUEUE {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(stream) => queue.push(stream),
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    return Ok(Self {
                        address,
                        _held: Some((listener, queue)),
                    });
                }
                Err(source) => {
                    return Err(Error::Listen {
                        port: address.port(),
                        source,
                    });
                }
            }
        }
        let source = io::Error::other("the queue of the listener never filled");
        Err(Error::Listen {
            port: address.port(),
            source,
        })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn bind() -> Result<(TcpListener, SocketAddr), Error> {
    let listening = |source| Error::Listen { port: 0, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(listening)?;
    let address = listener.local_addr().map_err(listening)?;
    Ok((listener, address))
}
