//! Compressed files and streams are checked like what is in them, and broken ones are reported as far as they go.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use program::{CLEAN, OLD, Project, Run};
use serde_json::Value;

fn gzip(content: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content.as_ref()).unwrap();
    encoder.finish().unwrap()
}

fn zstd(content: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(content.as_ref()).unwrap();
    encoder.finish().unwrap()
}

type Pack = fn(&[u8]) -> Vec<u8>;

const PACKERS: [(&str, Pack); 2] = [("gz", |text| gzip(text)), ("zst", |text| zstd(text))];

/// Lines that do not repeat, every seventh with two findings: several blocks.
fn archive(lines: usize) -> String {
    let line = |number: usize| {
        let template = if number.is_multiple_of(7) { OLD } else { CLEAN };
        template.replace("Hello", &format!("Order {number} {:x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))) + "\n"
    };
    (0..lines).map(line).collect()
}

/// The findings without what depends on the file's name.
fn findings(run: &Run) -> Vec<Value> {
    let mut json = run.json();
    let mut findings = std::mem::take(json["findings"].as_array_mut().unwrap());
    for finding in &mut findings {
        let finding = finding.as_object_mut().unwrap();
        finding.remove("file");
        finding.remove("fingerprint");
    }
    findings
}

/// Why files could not be read, from the findings of `unreadable`.
fn faults(run: &Run) -> Vec<String> {
    let found = findings(run).into_iter().filter(|finding| finding["rule"] == "unreadable");
    found.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

fn count(run: &Run, rule: &str) -> usize {
    run.rules().iter().filter(|known| *known == rule).count()
}

/// Checks that a file named on the command line is reported with these words, once, and makes the run a failure; that
/// below a folder it is a finding and the file beside it is checked.
fn assert_fault(name: &str, content: &[u8], words: &str) -> Run {
    let project = Project::with(&[("z.json", OLD)]);
    project.write(name, content);
    let run = project.check(&["."]);
    assert!(matches!(&faults(&run)[..], [one] if one.contains(words)), "{name}: {:?}", faults(&run));
    assert!(run.code == 1 && count(&run, "preview-url") >= 1, "{name}: the other file is checked");
    assert!(run.err.contains("1 file could not be read"), "{name}: {}", run.err);
    let run = project.check(&[name]);
    assert!(matches!(&faults(&run)[..], [one] if one.contains(words)), "{name}: {:?}", faults(&run));
    assert_eq!((run.code, run.json()["summary"]["unreadable"].as_array().unwrap().len()), (2, 1), "{name}");
    run
}

#[test]
fn a_compressed_file_has_the_findings_of_its_text() {
    let archive = archive(6000);
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(OLD).unwrap()).unwrap();
    let commented = format!("// a lamp\n{OLD}");
    let texts = [("a.json", &pretty), ("a.jsonc", &commented), ("a.ndjson", &archive), ("lines.json", &archive)];
    for (name, text) in texts {
        let project = Project::with(&[(name, text)]);
        let plain = project.check(&[name]);
        assert!(plain.code == 1 && findings(&plain).len() > 1, "{name}");
        for (ending, pack) in PACKERS {
            let named = format!("{name}.{ending}");
            project.write(&named, pack(text.as_bytes()));
            let run = project.check(&[&named, "-j", "2"]);
            assert!(findings(&run) == findings(&plain), "{named}: {:?}", faults(&run));
            let documents = |run: &Run| run.json()["summary"]["documents"].clone();
            assert_eq!((run.code, documents(&run)), (1, documents(&plain)));
            let forms = project.run(&["forms", &named, "--output-format", "json-lines"]);
            assert_eq!(
                forms.text().replace(&named, name),
                project.run(&["forms", name, "--output-format", "json-lines"]).text()
            );
        }
    }
}

#[test]
fn compressed_files_below_a_folder_are_looked_at_by_the_name_below_the_ending() {
    let project = Project::new();
    project.write("a.json.gz", gzip(OLD));
    project.write("b/c.NDJSON.GZ", gzip(format!("{OLD}\n{OLD}\n")));
    project.write("d.jsonl.zst", zstd(OLD));
    project.write("notes.txt.gz", gzip(format!("As sent: {OLD}")));
    // Where the name says nothing the content decides, and source code is another matter.
    project.write("e.gz", gzip(OLD));
    project.write("lamps.gz", gzip("lamps"));
    project.write("f.tar.gz", gzip(format!("f.json\0\0\0{OLD}")));
    project.write("app.js.gz", gzip(OLD));
    let other: Vec<String> = (0..2000_u64).map(|number| (number * number).to_string()).collect();
    let damaged = gzip(other.join(" lamps\n"));
    project.write("other.gz", &damaged[..damaged.len() / 2]);
    let run = project.check(&["."]);
    assert_eq!((run.json()["summary"]["files"].clone(), count(&run, "preview-url")), (5.into(), 6));
    assert_eq!(faults(&run), [""; 0]);
}

#[test]
fn a_stream_is_known_by_its_first_bytes_whatever_its_name() {
    let lines = format!("{OLD}\n{OLD}\n");
    for (_, pack) in PACKERS {
        let project = Project::new();
        for name in ["a.json", "b.ndjson", "c", "d.zst.json", "e.ndjson.gz", "f.ndjson.zst"] {
            project.write(name, pack(lines.as_bytes()));
            assert_eq!(count(&project.check(&[name]), "preview-url"), 2, "{name}");
        }
        let run = project.pipe(&["check", "-", "--output-format", "json"], pack(lines.as_bytes()));
        assert_eq!((run.code, count(&run, "preview-url")), (1, 2));
        let args = ["check", "-", "--output-format", "json", "--stdin-filename", "capture.ndjson.gz"];
        assert_eq!(count(&project.pipe(&args, pack(OLD.as_bytes())), "preview-url"), 1);
    }
}

#[test]
fn members_and_frames_that_follow_each_other_are_read_to_the_end() {
    let (first, second) = (archive(3000), archive(2000));
    let project = Project::with(&[("plain.ndjson", &format!("{first}{second}"))]);
    let plain = findings(&project.check(&["plain.ndjson"]));
    project.write("a.ndjson.gz", [gzip(&first), gzip(""), gzip(&second)].concat());
    // A frame to skip over first, as parallel packers write it.
    let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0][..], b"lamp"].concat();
    project.write("a.ndjson.zst", [skipped, zstd(&first), zstd(""), zstd(&second)].concat());
    // A line that begins in one member and ends in the next.
    project.write(
        "b.ndjson.gz",
        [gzip(&first[..first.len() - 40]), gzip(&first[first.len() - 40..]), gzip(&second)].concat(),
    );
    for name in ["a.ndjson.gz", "a.ndjson.zst", "b.ndjson.gz"] {
        let run = project.check(&[name]);
        assert!(findings(&run) == plain, "{name}: {:?}", faults(&run));
    }
}

#[test]
fn of_a_truncated_stream_what_was_read_is_checked() {
    let text = archive(6000);
    for (ending, pack) in PACKERS {
        let packed = pack(text.as_bytes());
        let project = Project::with(&[("z.ndjson", &text)]);
        let all = findings(&project.check(&["z.ndjson"]));
        let name = format!("cut.ndjson.{ending}");
        let words = format!("the {} stream ends early", if ending == "gz" { "gzip" } else { "zstd" });
        for part in [packed.len() / 3, packed.len() * 2 / 3, packed.len() - 2] {
            project.write(&name, &packed[..part]);
            let found = findings(&project.check(&[&name, "-j", "3"]));
            let read = found.len() - 1;
            // As far as it goes it is as in the whole: the line that was cut is no finding of its own.
            assert!(read > all.len() / 5 && found[..read] == all[..read], "{name} {part}: {read} of {}", all.len());
            assert!(part < packed.len() - 2 || read == all.len(), "{name}: all but the last bytes say nothing new");
        }
        for part in [6, packed.len() / 2] {
            assert_fault(&name, &packed[..part], &words);
        }
    }
}

#[test]
fn of_a_truncated_document_only_the_truncation_is_said() {
    for (ending, pack) in PACKERS {
        let packed = pack(
            format!("{{\"log\":\"{}\",\"request\":{OLD}}}", archive(300).replace('"', "'").replace('\n', " "))
                .as_bytes(),
        );
        for name in ["cut.json", "cut", "cut.jsonc"] {
            let project = Project::new();
            let name = format!("{name}.{ending}");
            project.write(&name, &packed[..packed.len() / 2]);
            let run = project.check(&[&name]);
            assert_eq!((run.code, run.rules()), (2, vec!["unreadable".to_owned()]), "{name}: {}", run.err);
        }
    }
}

#[test]
fn a_character_that_was_cut_hides_no_lines() {
    let text = format!("{OLD}\n{OLD}\n{}", CLEAN.replace("Hello", "नमस्ते"));
    // Not packed tighter, so that a cut of the file is one of the text.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(text.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let word = packed.windows(3).position(|bytes| bytes == "न".as_bytes()).unwrap();
    for name in ["a.ndjson.gz", "a.json.gz", "a.gz"] {
        for cut in 0..6 {
            let project = Project::new();
            project.write(name, &packed[..word + cut]);
            let run = project.check(&[name]);
            assert_eq!((count(&run, "preview-url"), run.rules().len()), (2, 5), "{name} {cut}: {:?}", run.rules());
        }
    }
}

#[test]
fn a_stream_that_is_damaged_in_the_middle_is_reported() {
    let text = archive(6000);
    for (ending, pack) in PACKERS {
        let packed = pack(text.as_bytes());
        let name = format!("damaged.ndjson.{ending}");
        let mut damaged = packed.clone();
        let middle = packed.len() / 2;
        damaged[middle..middle + 64].fill(0xff);
        let run = assert_fault(&name, &damaged, "stream cannot be unpacked");
        assert!(count(&run, "preview-url") > 100, "what stands before the damage is checked");
        // One bit, which only the check sum tells.
        let mut sum = packed.clone();
        *sum.iter_mut().rev().nth(if ending == "gz" { 5 } else { 1 }).unwrap() ^= 1;
        let run = assert_fault(&name, &sum, "stream cannot be unpacked");
        assert!(count(&run, "preview-url") > 800, "nearly all was read before that was known");
    }
    assert_fault("tail.json.gz", &[&gzip(CLEAN)[..], b"lamp, and no gzip"].concat(), "stream cannot be unpacked");
}

#[test]
fn what_is_not_compressed_although_its_name_says_so() {
    assert_fault("empty.ndjson.gz", b"", "the gzip stream ends early");
    assert_fault("empty.json.zst", b"", "the zstd stream ends early");
    assert_fault("byte.json.gz", b"\x1f", "the gzip stream ends early");
    assert_fault("noise.json.gz", b"\x00\x01\x02\x03lamp", "neither gzip nor text");
    assert_fault("noise.ndjson.zst", b"\x00\x01\x02\x03lamp", "neither zstd nor text");
    assert_fault("header.json.gz", b"\x1f\x8b\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "stream cannot be unpacked");
    // Text is read as it is: some programs unpack what they fetch and keep the name.
    let project = Project::with(&[("a.json.gz", OLD), ("b.ndjson.zst", &format!("{OLD}\n{OLD}\n"))]);
    assert_eq!(count(&project.check(&["."]), "preview-url"), 3);
    let project = Project::with(&[("lamp.json.gz", "lamp")]);
    assert_eq!(project.check(&["lamp.json.gz"]).code, 2);
}

#[test]
fn bytes_that_are_no_utf8_and_marks_at_the_beginning_are_reported_as_in_plain_files() {
    let mut rubbish = format!("{OLD}\n").into_bytes();
    rubbish.extend_from_slice(b"{\"messaging_product\":\"\xff\xfe\"}\n");
    rubbish.extend_from_slice(OLD.as_bytes());
    let utf16 = || CLEAN.encode_utf16().flat_map(u16::to_le_bytes);
    let cases = [
        ("rubbish.ndjson", rubbish),
        ("rubbish.json", CLEAN.replace("Hello", "?").bytes().map(|b| if b == b'?' { 0xf6 } else { b }).collect()),
        ("marked.json", format!("\u{feff}{OLD}").into_bytes()),
        ("marked.ndjson", format!("\u{feff}{OLD}\n{OLD}\n").into_bytes()),
        ("utf16.json", [0xff, 0xfe].into_iter().chain(utf16()).collect()),
    ];
    for (name, content) in cases {
        let project = Project::new();
        project.write(name, &content);
        let plain = project.check(&[name]);
        assert!(plain.rules().contains(&"invalid-json".to_owned()), "{name}");
        for (ending, pack) in PACKERS {
            let named = format!("{name}.{ending}");
            project.write(&named, pack(&content));
            let run = project.check(&[&named]);
            assert_eq!((findings(&run), run.code), (findings(&plain), plain.code), "{named}");
        }
    }
}

/// What unpacks to a text of `head` and of as many megabytes of `filling`, which packs well.
fn packed_well(pack: Pack, head: &str, filling: &str, megabytes: usize) -> Vec<u8> {
    let megabyte = filling.repeat((1 << 20) / filling.len() + 1);
    let megabyte = pack(megabyte.as_bytes());
    assert!(megabyte.len() < (1 << 20) / 250, "{}", megabyte.len());
    [pack(head.as_bytes()), megabyte.repeat(megabytes)].concat()
}

fn best_gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_bomb_is_refused() {
    for (ending, pack) in [("gz", best_gzip as Pack), PACKERS[1]] {
        let project = Project::new();
        let document = packed_well(pack, OLD, " ", 70);
        // In lines, too, when one does not end; those before it are checked.
        let lines = packed_well(pack, &format!("{OLD}\n{OLD}\n"), " ", 70);
        project.write(&format!("bomb.json.{ending}"), &document);
        project.write(&format!("bomb.ndjson.{ending}"), &lines);
        let run = project.check(&["."]);
        assert_eq!((run.code, count(&run, "preview-url")), (1, 3));
        assert!(
            faults(&run).len() == 2 && faults(&run).iter().all(|fault| fault.contains("more than 200 times its size"))
        );
        let run = project.pipe(&["check", "-", "--output-format", "json"], &document);
        assert_eq!((run.code, faults(&run).len()), (2, 1));
    }
}

#[test]
fn text_that_packs_well_is_no_bomb() {
    // More than a document may have at this ratio, but in lines.
    let line = format!("{{\"log\":\"{}\"}}\n", "lamps ".repeat(10_000));
    let packed = packed_well(best_gzip, &format!("{OLD}\n"), &line, 70);
    let project = Project::new();
    project.write("same.ndjson.gz", packed);
    let run = project.check(&["same.ndjson.gz"]);
    assert_eq!((run.code, run.rules().len()), (1, 2), "{:?}", faults(&run));
}

#[test]
fn text_is_shown_in_the_places_of_the_unpacked_text() {
    let project = Project::new();
    project.write("a.ndjson.gz", gzip(format!("{CLEAN}\n{OLD}\n")));
    let run = project.run(&["check", "a.ndjson.gz", "--output-format", "concise"]);
    assert!(run.text().starts_with("a.ndjson.gz:2:1: ") && run.text().contains("a.ndjson.gz:2:35: "), "{}", run.text());
    let json = project.check(&["a.ndjson.gz", "--only", "preview-url"]).json();
    let at = CLEAN.len() + 1 + OLD.find("\"preview_url").unwrap();
    assert_eq!(json["findings"][0]["span"][0], at);
}
