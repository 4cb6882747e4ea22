use super::*;

fn upload(id: &str, content: &str) -> Upload {
    let sha256 = Content::of(content.as_bytes());
    Upload { id: id.to_owned(), number: "berlin".to_owned(), expires: "2026-12-22".to_owned(), sha256 }
}

fn map_in(folder: &Path) -> MediaMap {
    MediaMap::parse(&std::fs::read_to_string(folder.join("map.json")).expect("a map")).expect("a valid map")
}

#[test]
fn what_a_stopped_copy_noted_is_in_the_map_of_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("map.json");
    std::fs::write(&path, r#"{"x":{"link":"https://example.org/x"},"a":{"id":"0","expires":"2026-01-01"}}"#)
        .expect("a map");
    let file = MapFile::open(&path).expect("a map");
    file.begin("berlin", &Content::of(b"one")).expect("noted");
    file.add("a", &upload("1", "one")).expect("noted");
    file.begin("berlin", &Content::of(b"two")).expect("noted");
    drop(file);
    // Half a line, as of a machine that lost power.
    let mut journal = File::options().append(true).open(folder.path().join("map.json.partial")).expect("a journal");
    journal.write_all(br#"{"old":"b","id":"2","numb"#).expect("written");
    assert_eq!(map_in(folder.path()).get("a").and_then(|entry| entry.id.as_deref()), Some("0"));

    let file = MapFile::open(&path).expect("a map");
    let map = map_in(folder.path());
    assert_eq!(map.get("a").and_then(|entry| entry.id.as_deref()), Some("1"));
    assert_eq!(map.get("x").and_then(|entry| entry.link.as_deref()), Some("https://example.org/x"));
    assert!(map.get("b").is_none());
    assert!(file.may_be_uploaded("berlin", &Content::of(b"two")));
    assert!(!file.may_be_uploaded("berlin", &Content::of(b"one")));
    file.add("b", &upload("2", "two")).expect("noted");
    file.close().expect("closed");
    assert!(map_in(folder.path()).get("b").is_some());
    assert!(!folder.path().join("map.json.partial").exists());
}

#[test]
fn what_others_write_meanwhile_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("map.json");
    let file = MapFile::open(&path).expect("a map");
    file.add("a", &upload("1", "one")).expect("noted");
    file.fold().expect("written");
    std::fs::write(&path, r#"{"a":{"id":"1"},"y":{"link":"https://example.org/y"}}"#).expect("a map");
    file.add("b", &upload("2", "two")).expect("noted");
    file.close().expect("closed");
    let map = map_in(folder.path());
    assert!(map.get("b").is_some() && map.get("y").is_some());
    assert!(map.get("a").is_some_and(|entry| entry.sha256.is_none()));
}

#[test]
fn two_copies_do_not_share_a_map() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("map.json");
    let file = MapFile::open(&path).expect("a map");
    assert!(matches!(MapFile::open(&path), Err(MapFileError::Taken(_))));
    file.close().expect("closed");
    MapFile::open(&path).expect("free again");
}

#[test]
fn a_journal_in_which_nothing_was_noted_is_not_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, journal) = (folder.path().join("map.json"), folder.path().join("map.json.partial"));
    drop(MapFile::open(&path).expect("a map"));
    assert!(!journal.exists());
    std::fs::write(&path, "[]").expect("no map");
    assert!(MapFile::open(&path).is_err() && !journal.exists());
    std::fs::remove_file(&path).expect("removed");
    let file = MapFile::open(&path).expect("a map");
    file.begin("berlin", &Content::of(b"one")).expect("noted");
    drop(file);
    assert!(journal.exists());
}

#[test]
fn an_id_that_the_map_replaces_never_gets_into_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("map.json");
    std::fs::write(&path, r#"{"7":{"id":"8"}}"#).expect("a map");
    let file = MapFile::open(&path).expect("a map");
    assert!(matches!(file.add("a", &upload("7", "one")), Err(MapFileError::Circular(_))));
    assert!(matches!(file.add("8", &upload("9", "one")), Err(MapFileError::Circular(_))));
    file.close().expect("closed");
    assert!(map_in(folder.path()).get("a").is_none());
}

#[test]
fn days_are_counted_by_the_calendar() {
    for (day, end) in [("2026-11-22", "2026-12-22"), ("2027-01-31", "2027-03-02"), ("2028-02-01", "2028-03-02")] {
        assert_eq!(after(day.parse().expect("a day"), 30).to_string(), end);
    }
}
