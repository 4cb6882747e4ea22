use std::path::Path;

use super::*;
use crate::net::Failure;

/// Both APIs: files by ID, uploads by content, and what goes wrong.
#[derive(Default)]
struct World {
    files: BTreeMap<String, Served>,
    uploads: Mutex<Vec<Vec<u8>>>,
    calls: AtomicUsize,
    /// By how much pauses are shorter, when not by 1,000.
    quicker: Option<u32>,
    /// What comes in place of each file.
    fetch_fault: Option<Box<ApiError>>,
    /// What comes in place of the answer to the nth upload, and whether it is carried out.
    faults: Mutex<BTreeMap<usize, (bool, Box<ApiError>)>>,
}

fn lost(api: Api) -> Box<ApiError> {
    ApiError::no_answer(api, &Failure::Unknown("cut off".to_owned()))
}

fn refused(api: Api, status: u16, code: i64) -> Box<ApiError> {
    let (status, code, passes) = (Some(status), Some(code), false);
    Box::new(ApiError { status, code, passes, proves_refusal: true, ..*lost(api) })
}

impl World {
    fn with(files: &[(&str, &str, &[u8])]) -> Self {
        let served = |media_type: &str, bytes: &[u8]| Served { media_type: media_type.into(), bytes: bytes.into() };
        let files = files.iter().map(|(id, media_type, bytes)| ((*id).to_owned(), served(media_type, bytes)));
        Self { files: files.collect(), ..Self::default() }
    }

    fn copy_with(&self, folder: &Path, ids: &[&str], stop: &AtomicBool, connections: usize) -> Report {
        let wanted: Vec<Wanted> = ids.iter().map(|id| Wanted { id: (*id).to_owned(), kinds: Vec::new() }).collect();
        let map = MapFile::open(&folder.join("map.json")).expect("a map");
        let terms = Terms {
            number: "berlin",
            expires: "2026-12-22".parse().expect("a day"),
            renew: "2026-11-29".parse().expect("a day"),
            connections: NonZeroUsize::new(connections).expect("one at least"),
            quicker: self.quicker.unwrap_or(1000),
            stop,
        };
        let report = copy(&wanted, (self, self), &map, &terms, &Progress::default()).expect("a map");
        map.close().expect("written");
        report
    }

    fn copy(&self, folder: &Path, ids: &[&str]) -> Report {
        self.copy_with(folder, ids, &AtomicBool::new(false), 4)
    }
}

impl Source for World {
    fn fetch(&self, id: &str, _: u64) -> Result<Served, Box<ApiError>> {
        if let Some(error) = &self.fetch_fault {
            return Err(error.clone());
        }
        self.files.get(id).cloned().ok_or_else(|| refused(Api::OnPrem, 404, 1006))
    }
}

impl Target for World {
    fn upload(&self, _: &str, bytes: &[u8]) -> Result<String, Box<ApiError>> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        let fault = self.faults.lock().expect("faults").remove(&call);
        // Long enough for others to come with the same bytes.
        std::thread::sleep(Duration::from_millis(5));
        let mut uploads = self.uploads.lock().expect("uploads");
        match fault {
            Some((false, error)) => Err(error),
            fault => {
                uploads.push(bytes.to_vec());
                fault.map_or_else(|| Ok(format!("10{}", uploads.len())), |(_, error)| Err(error))
            }
        }
    }
}

/// A type whose first bytes are not looked at.
const AAC: &str = "audio/aac";

fn map(folder: &Path) -> crate::config::MediaMap {
    let text = std::fs::read_to_string(folder.join("map.json")).expect("a map");
    crate::config::MediaMap::parse(&text).expect("a valid map")
}

#[test]
fn the_same_bytes_are_uploaded_once_also_at_once_and_by_the_next_copy() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = World::with(&[("a", AAC, b"1"), ("b", AAC, b"1"), ("c", AAC, b"1"), ("d", AAC, b"2")]);
    let report = world.copy(folder.path(), &["a", "b", "c", "a"]);
    assert_eq!((report.uploaded, report.shared, report.stopped.is_none()), (1, 2, true));
    let report = world.copy(folder.path(), &["a", "b", "c", "d"]);
    assert_eq!((report.had, report.uploaded), (3, 1));
    let known = map(folder.path());
    assert_eq!(known.get("a").and_then(|entry| entry.id.as_ref()), known.get("c").and_then(|e| e.id.as_ref()));
    assert_eq!(known.get("d").and_then(|entry| entry.expires.as_deref()), Some("2026-12-22"));
    let once_more = World::with(&[("e", AAC, b"1")]);
    assert_eq!(once_more.copy(folder.path(), &["e"]).shared, 1);
}

#[test]
fn what_is_gone_or_does_not_fit_is_named_and_the_rest_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = World::with(&[("a", AAC, b"1"), ("b", "image/gif", b"2"), ("c", AAC, b"")]);
    let report = world.copy(folder.path(), &["a", "b", "c", "d"]);
    assert_eq!((report.uploaded, report.gone.as_slice(), report.left), (1, ["d".to_owned()].as_slice(), 0));
    let refused: Vec<&str> = report.refused.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(refused, ["b", "c"]);
    assert!(map(folder.path()).get("b").is_none());
}

#[test]
fn an_answer_that_is_lost_is_the_one_reason_for_a_second_upload() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = World::with(&[("a", AAC, b"1"), ("b", AAC, b"2")]);
    let limited = Box::new(ApiError { passes: true, ..*refused(Api::Graph, 400, 130_429) });
    world.faults.lock().expect("faults").extend([(0, (true, lost(Api::Graph))), (2, (false, limited))]);
    let report = world.copy_with(folder.path(), &["a", "b"], &AtomicBool::new(false), 1);
    assert_eq!((report.uploaded, report.repeated.as_slice()), (2, ["a".to_owned()].as_slice()));
    assert_eq!(world.uploads.lock().expect("uploads").len(), 3);
}

#[test]
fn a_refused_token_stops_all_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = World::with(&[("a", AAC, b"1"), ("b", AAC, b"2"), ("c", AAC, b"3")]);
    world.faults.lock().expect("faults").insert(1, (false, refused(Api::Graph, 401, 190)));
    let report = world.copy_with(folder.path(), &["a", "b", "c"], &AtomicBool::new(false), 1);
    assert!(matches!(&report.stopped, Some(Stop::Refused(error)) if error.code == Some(190)));
    assert_eq!((report.uploaded, report.left), (1, 2));
    let report = world.copy(folder.path(), &["a", "b", "c"]);
    assert_eq!((report.had, report.uploaded, report.repeated.len()), (1, 2, 0));
}

#[test]
fn a_server_that_is_down_is_not_asked_for_every_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    let contents: Vec<[u8; 1]> = (0..100).map(|n| [n]).collect();
    let files: Vec<(&str, &str, &[u8])> =
        names.iter().zip(&contents).map(|(id, bytes)| (id.as_str(), AAC, bytes.as_slice())).collect();
    let world = World::with(&files);
    let down = || ApiError::no_answer(Api::Graph, &Failure::NotSent("refused".to_owned()));
    world.faults.lock().expect("faults").extend((0..10_000).map(|call| (call, (false, down()))));
    let ids: Vec<&str> = names.iter().map(String::as_str).collect();
    let report = world.copy(folder.path(), &ids);
    assert!(matches!(report.stopped, Some(Stop::Failing(Api::Graph))));
    assert!(report.failed.len() < 20 && report.left > 80, "{report:?}");
    assert!(report.repeated.is_empty() && !folder.path().join("map.json.partial").exists());
}

/// An answer that is not the API's own.
fn strange(api: Api, status: u16, text: &str) -> Box<ApiError> {
    let what = format!("wa.example.com answered {status} {text}");
    Box::new(ApiError { what, status: Some(status), passes: false, proves_refusal: false, ..*lost(api) })
}

/// A copy of so many files.
fn copy_many(world: &mut World, count: u8) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let served = |n: u8| Served { media_type: AAC.to_owned(), bytes: vec![n] };
    world.files = (0..count).map(|n| (n.to_string(), served(n))).collect();
    let ids: Vec<&str> = world.files.keys().map(String::as_str).collect();
    world.copy(folder.path(), &ids)
}

#[test]
fn refusals_of_single_files_never_stop_the_copy_however_many_they_are() {
    let too_long = strange(Api::OnPrem, 200, "a body of more than 9 bytes");
    for error in [too_long, refused(Api::OnPrem, 400, 1008)] {
        let report = copy_many(&mut World { fetch_fault: Some(error), ..World::default() }, 120);
        assert_eq!((report.refused.len(), report.failed.len(), report.left), (120, 0, 0));
        assert!(report.stopped.is_none());
    }
    for error in [refused(Api::Graph, 400, 100), strange(Api::Graph, 413, "a body of type `text/html`")] {
        let faults = (0..120).map(|call| (call, (false, error.clone()))).collect();
        let report = copy_many(&mut World { faults: Mutex::new(faults), ..World::default() }, 120);
        assert_eq!((report.refused.len(), report.left, report.stopped.is_none()), (120, 0, true));
    }
}

#[test]
fn a_page_in_place_of_the_client_is_not_taken_for_a_file_that_is_gone() {
    use crate::net::{Answer, Body, Client, Patience, Redactor};
    let url = url::Url::parse("http://127.0.0.1:9").expect("a URL");
    let trust = crate::config::migrate::Trust::Public;
    let client = Client::new(&url, &trust, Path::new(""), Patience::default(), Redactor::default()).expect("a client");
    let gone = |status, body: Body| {
        let answer = Answer { status, body, retry_after: None };
        let fetch_fault = Some(ApiError::refused(Api::OnPrem, &client, &answer));
        let report = copy_many(&mut World { fetch_fault, ..World::default() }, 1);
        assert_eq!(report.gone.len() + report.failed.len() + report.refused.len(), 1);
        report.gone.len() == 1
    };
    let error = |code: i64| serde_json::json!({ "errors": [{ "code": code, "title": "no" }] });
    assert!(gone(404, Body::Json(error(1006))) && gone(400, Body::Json(error(1006))));
    assert!(gone(404, Body::Json(error(1000))) && gone(404, Body::Json(serde_json::json!({}))));
    assert!(gone(404, Body::Empty) && !gone(404, Body::Other(String::new())));
    assert!(!gone(404, Body::Other("text/html".to_owned())) && !gone(404, Body::Broken("cut off".to_owned())));
    assert!(!gone(400, Body::Empty) && !gone(400, Body::Json(error(1008))));
}

#[test]
fn what_stands_in_place_of_the_client_stops_the_copy() {
    let page = strange(Api::OnPrem, 400, "a body of type `text/html`");
    let report = copy_many(&mut World { fetch_fault: Some(page), ..World::default() }, 120);
    assert!(matches!(report.stopped, Some(Stop::Failing(Api::OnPrem))));
    assert!(report.refused.is_empty() && report.failed.len() >= 50 && report.left > 50);
    let untrusted = ApiError::no_answer(Api::OnPrem, &Failure::Untrusted("no".to_owned()));
    let report = copy_many(&mut World { fetch_fault: Some(untrusted), ..World::default() }, 120);
    assert!(matches!(report.stopped, Some(Stop::Refused(_))));
}

#[test]
fn nothing_is_called_after_a_stop_in_a_pause() {
    for retry_after in [None, Some(60)] {
        let folder = tempfile::tempdir().expect("a folder");
        let world =
            World { quicker: Some(if retry_after.is_some() { 60 } else { 1 }), ..World::with(&[("a", AAC, b"1")]) };
        let limited = Box::new(ApiError { passes: true, retry_after, ..*refused(Api::Graph, 400, 130_429) });
        let broken = Box::new(ApiError { passes: true, ..*refused(Api::Graph, 500, 131_000) });
        let error = if retry_after.is_some() { limited } else { broken };
        world.faults.lock().expect("faults").insert(0, (false, error));
        let stop = AtomicBool::new(false);
        let report = std::thread::scope(|scope| {
            scope.spawn(|| {
                while world.calls.load(Ordering::SeqCst) == 0 {
                    std::thread::sleep(Duration::from_millis(1));
                }
                std::thread::sleep(Duration::from_millis(40));
                stop.store(true, Ordering::SeqCst);
            });
            world.copy_with(folder.path(), &["a"], &stop, 1)
        });
        assert_eq!((world.calls.load(Ordering::SeqCst), report.left, report.uploaded), (1, 1, 0));
    }
}

#[test]
fn what_expires_soon_is_copied_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = r#"{"a":{"id":"1","number":"berlin","expires":"2026-11-29"},"b":{"id":"2","expires":"2026-11-30"},
        "c":{"link":"https://example.org/c"},"d":{"id":"4"}}"#;
    std::fs::write(folder.path().join("map.json"), old).expect("a map");
    let world = World::with(&[("a", AAC, b"1"), ("b", AAC, b"2")]);
    let report = world.copy(folder.path(), &["a", "b", "c", "d"]);
    assert_eq!((report.had, report.uploaded), (3, 1));
    assert_eq!(map(folder.path()).get("a").and_then(|entry| entry.expires.as_deref()), Some("2026-12-22"));
}
