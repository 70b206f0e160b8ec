use super::*;

#[test]
fn a_log_forgets_its_oldest_entries() {
    let request = |method: &str| Request {
        method: method.to_owned(),
        body: vec![b'x'; 1 << 20],
        ..Request::default()
    };
    let mut log = Log::default();
    let first = log.begin(&request("FIRST"), false);
    for _ in 0..1000 {
        log.begin(&request("POST"), false);
    }
    let last = log.begin(&request("LAST"), false);
    log.update(first, |_| panic!("it is forgotten"));
    log.update(last, |entry| entry.status = Some(200));
    let entries = log.entries();
    assert!((20..64).contains(&entries.len()), "{}", entries.len());
    assert_eq!(entries.len() + log.num_forgotten(), 1002);
    assert!(entries.iter().all(|entry| entry.method != "FIRST"));
    assert_eq!(
        entries.last().map(|entry| (entry.method.as_str(), entry.status)),
        Some(("LAST", Some(200)))
    );
    log.clear();
    let again = log.begin(&request("AGAIN"), false);
    log.update(again, |entry| entry.status = Some(201));
    assert_eq!(log.entries()[0].status, Some(201));
}
