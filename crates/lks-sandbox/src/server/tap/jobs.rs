//! Asynchronous queries, whose answers are ready as soon as they run.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{Question, run};
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::server::service::Service;

/// More jobs than anyone keeps; the oldest go.
const MOST: u64 = 1000;

/// The jobs of all services.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    next: u64,
    jobs: HashMap<u64, Job>,
}

#[derive(Debug)]
struct Job {
    question: Question,
    has_run: bool,
}

/// What is asked of the jobs: `rest` is empty for a new one, else `ID`, `ID/phase`, `ID/results/result` and so on.
pub(super) fn answer(
    service: &Service,
    request: &Request,
    base: &str,
    rest: &str,
    question: &dyn Fn() -> Result<Question, String>,
) -> Reply {
    let mut kept = service.jobs.0.lock().unwrap_or_else(PoisonError::into_inner);
    let wants_run = request
        .parameter("PHASE")
        .is_some_and(|phase| phase.eq_ignore_ascii_case("RUN"));
    if rest.is_empty() {
        if request.method != "POST" {
            return Reply::page(405);
        }
        let question = match question() {
            Ok(question) => question,
            Err(words) => return super::votable::error(400, &words),
        };
        kept.next += 1;
        let id = kept.next;
        kept.jobs.retain(|other, _| other + MOST > id);
        let has_run = wants_run;
        kept.jobs.insert(id, Job { question, has_run });
        return see(base, id);
    }
    let mut parts = rest.split('/');
    let id = parts.next().and_then(|id| id.parse::<u64>().ok());
    let Some((id, job)) = id.and_then(|id| Some((id, kept.jobs.get_mut(&id)?))) else {
        return Reply::page(404);
    };
    let phase = |job: &Job| if job.has_run { "COMPLETED" } else { "PENDING" };
    match (request.method.as_str(), parts.collect::<Vec<_>>().as_slice()) {
        ("DELETE", []) => {
            kept.jobs.remove(&id);
            see(base, id)
        }
        ("POST", ["phase"]) => {
            job.has_run |= wants_run;
            see(base, id)
        }
        (_, ["phase"]) => Reply::with_body(200, "text/plain", phase(job)),
        (_, []) => Reply::with_body(200, "text/xml", description(base, id, phase(job))),
        (_, ["results", "result"]) => run(service, &job.question),
        (_, ["error"]) => Reply::with_body(200, "text/plain", ""),
        ("POST", _) => see(base, id),
        _ => Reply::page(404),
    }
}

fn see(base: &str, id: u64) -> Reply {
    Reply::new(303).header("Location", format!("{base}/{id}"))
}

fn description(base: &str, id: u64, phase: &str) -> String {
    let results = match phase {
        "COMPLETED" => format!("<uws:result id=\"result\" xlink:href=\"{base}/{id}/results/result\"/>"),
        _ => String::new(),
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<uws:job xmlns:uws=\"http://www.ivoa.net/xml/UWS/v1.0\" \
         xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" version=\"1.1\">\
         <uws:jobId>{id}</uws:jobId><uws:ownerId xsi:nil=\"true\"/><uws:phase>{phase}</uws:phase><uws:quote xsi:nil=\"true\"/>\
         <uws:startTime xsi:nil=\"true\"/><uws:endTime xsi:nil=\"true\"/><uws:executionDuration>600</uws:executionDuration>\
         <uws:destruction>2099-01-01T00:00:00.000Z</uws:destruction><uws:parameters/><uws:results>{results}</uws:results></uws:job>"
    )
}
