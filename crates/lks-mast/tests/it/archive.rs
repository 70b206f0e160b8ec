//! A handful of rows of the archive behind a closure: enough of the services' manners to search in.

use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Response, StatusCode};
use lks_http::{HttpClient, HttpOptions, Request};
use lks_mast::{Endpoints, MastClient, Polling};
use serde_json::{Map, Value, json};

/// What a test puts in the place of the real answer to a request.
pub(crate) type Answer = Box<dyn Fn(&Asked) -> Option<Response<Bytes>> + Send + Sync>;

/// A request as the tests look at it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub path: String,
    pub query: Vec<(String, String)>,
    /// The Mashup request, if it is one.
    pub mashup: Value,
}

impl Asked {
    pub(crate) fn service(&self) -> &str {
        match self.path.as_str() {
            "/api/v0/invoke" => self.mashup["service"].as_str().unwrap_or_default(),
            path => path,
        }
    }

    pub(crate) fn filter(&self, name: &str) -> Option<&Value> {
        let list = self.mashup["params"]["filters"].as_array()?;
        list.iter()
            .find(|filter| filter["paramName"] == name)
            .map(|filter| &filter["values"])
    }
}

#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<Asked>>>);

impl Log {
    pub(crate) fn services(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap()
            .iter()
            .map(|asked| asked.service().to_owned())
            .collect()
    }

    pub(crate) fn count(&self, service: &str) -> usize {
        self.services().iter().filter(|asked| *asked == service).count()
    }

    pub(crate) fn all(&self) -> Vec<Asked> {
        self.0.lock().unwrap().clone()
    }
}

pub(crate) const RESOLVER: &str = "/Santa-war/query";
pub(crate) const SECTORS: &str = "/tesscut/api/v0.1/sector";
pub(crate) const PATHS: &str = "/api/v0.1/path_lookup/";
pub(crate) const BY_ID: &str = "Mast.Caom.Filtered";
pub(crate) const BY_POSITION: &str = "Mast.Caom.Filtered.Position";
pub(crate) const PRODUCTS: &str = "Mast.Caom.Products";

pub(crate) fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

pub(crate) fn rows(name: &str) -> Vec<Map<String, Value>> {
    fixture(name)["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.as_object().unwrap().clone())
        .collect()
}

/// The rows and what a test changed about them.
pub(crate) struct Archive {
    pub observations: Vec<Map<String, Value>>,
    pub products: Vec<Map<String, Value>>,
    pub instead: Answer,
    pub page_size: Option<usize>,
}

impl Default for Archive {
    fn default() -> Self {
        Self {
            observations: rows("observations"),
            products: rows("products"),
            instead: Box::new(|_| None),
            page_size: None,
        }
    }
}

impl Archive {
    pub(crate) fn instead(answer: impl Fn(&Asked) -> Option<Response<Bytes>> + Send + Sync + 'static) -> Self {
        Self {
            instead: Box::new(answer),
            ..Self::default()
        }
    }

    /// A client of this archive that waits for nothing, and the log of what it asks.
    pub(crate) fn client(self) -> (MastClient, Log) {
        let log = Log::default();
        let kept = log.clone();
        let service = move |request: Request| -> io::Result<Response<Bytes>> {
            let asked = read(&request);
            kept.0.lock().unwrap().push(asked.clone());
            Ok((self.instead)(&asked).unwrap_or_else(|| self.answer(&asked)))
        };
        let options = HttpOptions::default().with_retries(0);
        let endpoints = Endpoints::parse("http://127.0.0.1:1", "http://127.0.0.1:1").unwrap();
        let polling = Polling::default().with_pauses([std::time::Duration::ZERO]);
        (
            MastClient::new(HttpClient::from_transport_with(service, &options), endpoints).with_polling(polling),
            log,
        )
    }

    fn answer(&self, asked: &Asked) -> Response<Bytes> {
        match asked.service() {
            BY_ID => self.page(
                asked,
                self.observations
                    .iter()
                    .filter(|row| passes(row, asked))
                    .cloned()
                    .collect(),
            ),
            BY_POSITION => {
                let at: Vec<f64> = asked.mashup["params"]["position"]
                    .as_str()
                    .unwrap()
                    .split(", ")
                    .map(|n| n.parse().unwrap())
                    .collect();
                let rows = self
                    .observations
                    .iter()
                    .filter(|row| passes(row, asked))
                    .filter_map(|row| near(row, &at))
                    .collect();
                self.page(asked, rows)
            }
            PRODUCTS => {
                let groups = asked.mashup["params"]["obsid"].as_str().unwrap().to_owned();
                let listed =
                    |row: &&Map<String, Value>| groups.split(',').any(|group| group == text(&row["parent_obsid"]));
                self.page(asked, self.products.iter().filter(listed).cloned().collect())
            }
            RESOLVER => {
                let names: Vec<String> = asked
                    .query
                    .iter()
                    .filter(|(key, _)| key == "name")
                    .map(|(_, name)| name.to_lowercase())
                    .collect();
                let rows = fixture("resolver")["resolvedCoordinate"].as_array().unwrap().clone();
                let known = rows
                    .into_iter()
                    .filter(|row| names.iter().any(|name| row["searchString"] == name.as_str()))
                    .collect::<Vec<_>>();
                json_answer(&json!({ "resolvedCoordinate": known, "status": "" }))
            }
            SECTORS => json_answer(&fixture("sectors")),
            PATHS => {
                let uris = asked.query.iter().filter(|(key, _)| key == "uri").map(|(_, uri)| uri);
                let found = uris.map(|uri| {
                    let path = uri
                        .strip_prefix("mast:TESS/product/")
                        .map(|name| format!("/tess/public/{name}"));
                    (
                        uri.clone(),
                        json!({ "status_code": if path.is_some() { 200 } else { 404 }, "path": path }),
                    )
                });
                json_answer(&Value::Object(found.collect()))
            }
            other => status(StatusCode::NOT_FOUND, &format!("no {other} here")),
        }
    }

    fn page(&self, asked: &Asked, rows: Vec<Map<String, Value>>) -> Response<Bytes> {
        let size = self
            .page_size
            .unwrap_or(usize::MAX)
            .min(asked.mashup["pagesize"].as_u64().unwrap() as usize);
        let page = asked.mashup["page"].as_u64().unwrap() as usize;
        let part: Vec<_> = rows
            .iter()
            .skip((page - 1).saturating_mul(size))
            .take(size)
            .cloned()
            .collect();
        json_answer(&json!({
            "status": "COMPLETE", "msg": "", "data": part, "fields": [],
            "paging": { "page": page, "pageSize": size, "pagesFiltered": rows.len().div_ceil(size).max(1), "rows": part.len(),
                        "rowsFiltered": rows.len(), "rowsTotal": rows.len() },
        }))
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn passes(row: &Map<String, Value>, asked: &Asked) -> bool {
    let filters = asked.mashup["params"]["filters"].as_array().unwrap();
    filters.iter().all(|filter| {
        let value = &row[filter["paramName"].as_str().unwrap()];
        filter["values"]
            .as_array()
            .unwrap()
            .iter()
            .any(|wanted| match wanted.get("min") {
                Some(min) => value
                    .as_f64()
                    .is_some_and(|v| min.as_f64().unwrap() <= v && v <= wanted["max"].as_f64().unwrap()),
                None => wanted.as_str().unwrap() == text(value),
            })
    })
}

/// Within a footprint of five arcseconds, or within the radius of it; `distance` is that to the footprint.
fn near(row: &Map<String, Value>, at: &[f64]) -> Option<Map<String, Value>> {
    let there = lks_mast::Position::icrs(row["s_ra"].as_f64()?, row["s_dec"].as_f64()?).ok()?;
    let separation = lks_mast::Position::icrs(at[0], at[1]).ok()?.separation(&there).0;
    let distance = (separation - 5.0).max(0.0);
    (distance <= at[2] * 3600.0).then(|| {
        let mut row = row.clone();
        row.insert("objID1".into(), row["objID"].clone());
        row.insert(
            "distance".into(),
            if distance == 0.0 { json!(0) } else { json!(distance) },
        );
        row
    })
}

fn read(request: &Request) -> Asked {
    let body = url::form_urlencoded::parse(&request.body)
        .find(|(key, _)| key == "request")
        .map(|(_, value)| value.into_owned());
    Asked {
        path: request.url.path().to_owned(),
        query: request
            .url
            .query_pairs()
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect(),
        mashup: body.map_or(Value::Null, |body| serde_json::from_str(&body).unwrap()),
    }
}

pub(crate) fn json_answer(value: &Value) -> Response<Bytes> {
    Response::builder()
        .header("content-type", "application/json")
        .body(Bytes::from(value.to_string()))
        .unwrap()
}

pub(crate) fn status(status: StatusCode, body: &str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(Bytes::from(body.to_owned()))
        .unwrap()
}

pub(crate) fn body(body: impl Into<Bytes>) -> Response<Bytes> {
    Response::new(body.into())
}
