//! The catalogue services: VizieR's, SIMBAD's and the Gaia archive's TAP, synchronous and not, with a subset of ADQL, and VizieR's own form of questions.

mod adql;
mod evaluate;
mod jobs;
mod upload;
mod vizier;
mod votable;

pub(crate) use jobs::Jobs;
pub(crate) use vizier::cone;

use super::reply::Reply;
use super::request::Request;
use super::service::Service;
use crate::world::stars::Table;
use votable::Serialisation;

/// Where each service is, how it writes rows if nobody says, and the most rows that it gives without being asked.
const SERVICES: [(&str, Serialisation, usize); 3] = [
    ("/TAPVizieR/tap", Serialisation::Binary2, usize::MAX),
    ("/simbad/sim-tap", Serialisation::TableData, 10_000),
    ("/tap-server/tap", Serialisation::Binary, 2_000),
];

/// A question to a TAP service.
#[derive(Debug)]
struct Question {
    query: String,
    serialisation: Serialisation,
    /// The most rows.
    limit: usize,
    uploads: Vec<Table>,
}

/// What is asked below a service.
pub(crate) fn route(path: &str) -> Option<(usize, String)> {
    let path = collapsed(path);
    SERVICES.iter().enumerate().find_map(|(number, (base, ..))| {
        let rest = path.strip_prefix(base)?.strip_prefix('/')?;
        Some((number, rest.trim_end_matches('/').to_owned()))
    })
}

pub(crate) fn answer(service: &Service, request: &Request, number: usize, rest: &str) -> Reply {
    match rest {
        "sync" => match question(service, request, number) {
            Ok(question) => run(service, &question),
            Err(words) => votable::error(400, &words),
        },
        "capabilities" => votable::capabilities(&base(service, request, number)),
        "availability" => Reply::with_body(200, "text/xml", votable::AVAILABILITY),
        "tables" => Reply::with_body(200, "text/xml", votable::NO_TABLES),
        _ if rest == "async" || rest.starts_with("async/") => {
            let base = format!("{}/async", base(service, request, number));
            let ask = || question(service, request, number);
            jobs::answer(
                service,
                request,
                &base,
                rest.trim_start_matches("async").trim_matches('/'),
                &ask,
            )
        }
        _ => Reply::page(404),
    }
}

fn base(service: &Service, request: &Request, number: usize) -> String {
    format!("{}{}", service.base_url(request), SERVICES[number].0)
}

fn run(service: &Service, question: &Question) -> Reply {
    let tables = |name: &str| {
        let upload = question
            .uploads
            .iter()
            .find(|table| table.name.eq_ignore_ascii_case(name));
        upload.or_else(|| crate::world::stars::named(name, service.has_gaia_dr4))
    };
    let parsed = adql::parse(&question.query);
    match parsed.and_then(|query| evaluate::evaluate(&query, &tables, question.limit)) {
        Ok(rows) => votable::reply(&rows, question.serialisation),
        Err(words) => votable::error(400, &words),
    }
}

/// What a request asks, in a form, in its address, or in parts.
fn question(service: &Service, request: &Request, number: usize) -> Result<Question, String> {
    let (_, default, most) = SERVICES[number];
    let parts = upload::parts(request);
    let value = |name: &str| {
        let given = request.query.iter().chain(&request.form).chain(&parts.fields);
        let mut named = given.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.clone())
    };
    if value("REQUEST").is_some_and(|word| !word.eq_ignore_ascii_case("doQuery")) {
        return Err("REQUEST must be doQuery".to_owned());
    }
    if value("LANG").is_none_or(|language| !language.to_ascii_uppercase().starts_with("ADQL")) {
        return Err("LANG must be ADQL".to_owned());
    }
    let query = value("QUERY").ok_or("the parameter QUERY is missing")?;
    let format = value("RESPONSEFORMAT").or_else(|| value("FORMAT"));
    let serialisation = match format {
        Some(format) => Serialisation::named(&format, default)?,
        None => default,
    };
    let asked = match value("MAXREC") {
        Some(text) => Some(
            text.trim()
                .parse::<usize>()
                .map_err(|_| format!("MAXREC '{text}' is no number"))?,
        ),
        None => None,
    };
    let most = service.most_rows.unwrap_or(most);
    Ok(Question {
        query,
        serialisation,
        // Whoever asks for more than the default gets it up to what the sandbox has; a limit that a test sets holds for all.
        limit: match (asked, service.most_rows) {
            (Some(asked), Some(most)) => asked.min(most),
            (Some(asked), None) if number == 2 => asked.min(most),
            (Some(asked), None) => asked,
            (None, _) => most,
        },
        uploads: upload::tables(&parts, value("UPLOAD").as_deref())?,
    })
}

/// One slash for several: clients append to addresses that end in one.
fn collapsed(path: &str) -> String {
    let mut plain = path.to_owned();
    while plain.contains("//") {
        plain = plain.replace("//", "/");
    }
    plain
}
