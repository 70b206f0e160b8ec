//! One connection: request after request until one side has enough.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};

use super::control;
use super::object;
use super::reply::Reply;
use super::request::{ReadError, Request};
use super::state::State;
use super::wire::{After, Wire};
use crate::fault::Fault;

/// Smaller answers are not worth compressing.
const MIN_GZIP: u64 = 1024;

/// Takes connections until the future is dropped.
pub(crate) async fn accept(listener: TcpListener, state: Arc<State>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let state = Arc::clone(&state);
                tokio::spawn(async move {
                    state.log().connected();
                    serve(stream, &state).await;
                    state.log().disconnected();
                });
            }
            // Mostly too many open files, which closing connections cures.
            Err(error) => {
                tracing::debug!(%error, "cannot accept a connection");
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }
    }
}

async fn serve(mut stream: TcpStream, state: &Arc<State>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let mut buffer = Vec::new();
    loop {
        let (request, bad) = match Request::read(&mut stream, &mut buffer).await {
            Ok(request) => (request, None),
            Err(ReadError::Closed) => return,
            Err(ReadError::Bad(status)) => (Request::default(), Some(status)),
        };
        let mut wire = Wire::new(stream, buffer, Arc::clone(state), &request);
        let after = if let Some(status) = bad {
            wire.send(Reply::page(status), &Fault::default()).await;
            After::Close
        } else if state.has_control && control::owns(&request) {
            wire.send(control::answer(state, &request), &Fault::default()).await
        } else {
            respond(&mut wire, request, state).await
        };
        match after {
            After::Continue => (stream, buffer) = wire.into_parts(),
            After::Close => return wire.finish().await,
            After::Reset => return wire.reset().await,
        }
    }
}

async fn respond(wire: &mut Wire, request: Request, state: &Arc<State>) -> After {
    let scripted = state.scripts().take(&request);
    wire.log(state.log().begin(&request, scripted.is_some()));
    let after = respond_with(wire, request, state, scripted.unwrap_or_default()).await;
    wire.close_entry();
    after
}

async fn respond_with(wire: &mut Wire, request: Request, state: &Arc<State>, fault: Fault) -> After {
    let ending = if fault.reset { After::Reset } else { After::Close };
    let delay = state.latency + std::time::Duration::from_millis(fault.delay_ms);
    if !delay.is_zero() && !wire.wait(Some(delay)).await {
        return After::Close;
    }
    if fault.stall_head && !wire.stall(&fault).await {
        return After::Close;
    }
    if fault.hang_up {
        return ending;
    }
    if let Some(raw) = &fault.raw {
        wire.send_raw(raw.as_bytes()).await;
        return ending;
    }
    if fault.endless_headers {
        wire.send_endless_headers().await;
        return ending;
    }
    // Making bodies and pages is work, not waiting, so it keeps off the threads that serve sockets.
    let worker = Arc::clone(state);
    let made = tokio::task::spawn_blocking(move || {
        let reply = worker.service.answer(&request, &fault);
        (finished(reply, &request, &fault), fault)
    });
    match made.await {
        Ok((reply, fault)) => wire.send(reply, &fault).await,
        Err(error) => {
            tracing::debug!(%error, "a route panicked");
            wire.send(Reply::page(500), &Fault::default()).await;
            After::Close
        }
    }
}

/// The reply with what the fault changes in head and bytes, compressed if the client likes.
fn finished(mut reply: Reply, request: &Request, fault: &Fault) -> Reply {
    if !reply.is_object {
        let fault = Fault {
            edition: 0,
            ..fault.clone()
        };
        reply.body = reply.body.map_held(|bytes| object::altered(bytes, &fault));
    }
    if fault.gzip {
        reply.set_header("Content-Encoding", "gzip");
    }
    let is_json = reply
        .header_value("content-type")
        .is_some_and(|kind| kind.starts_with("application/json"));
    let accepts_gzip = request
        .header("accept-encoding")
        .is_some_and(|codings| codings.contains("gzip"));
    if is_json && accepts_gzip && reply.body.len() >= MIN_GZIP && !fault.gzip {
        reply.body = reply.body.map_held(|bytes| object::gzip(&bytes).into());
        reply.set_header("Content-Encoding", "gzip");
        reply.set_header("Vary", "Accept-Encoding");
    }
    if let Some(status) = fault.relabel {
        reply.status = status;
    }
    for (name, value) in &fault.headers {
        reply.set_header(name, value);
    }
    reply.headers.extend(fault.extra_headers.iter().cloned());
    reply
}
