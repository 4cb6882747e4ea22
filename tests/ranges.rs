//! `--range`: parts of an archive give together what the whole gives.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::io::Write as _;

use program::{CLEAN, OLD, Project};

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Lines of all kinds: clean, old, broken, empty, no UTF-8, long; with either line end, the last with or without.
fn lines(dice: &mut Dice, count: usize) -> Vec<u8> {
    let mut bytes = if dice.below(3) == 0 { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    for number in 0..count {
        let number = format!("{number} {}", "lamps ".repeat(dice.below(20)));
        match dice.below(9) {
            0 => bytes.extend_from_slice(&CLEAN.as_bytes()[..dice.below(CLEAN.len())]),
            1 => {}
            2 => bytes.extend_from_slice(b"{\"wa_id\":\"\xff\"}"),
            3 if dice.below(40) == 0 => {
                bytes.extend_from_slice(OLD.replace("Hello", &number.repeat(30_000)).as_bytes());
            }
            4 | 5 => bytes.extend_from_slice(OLD.replace("Hello", &number).as_bytes()),
            6 => bytes.extend_from_slice("{\"grün\":\"Straße\"}".as_bytes()),
            _ => bytes.extend_from_slice(CLEAN.replace("Hello", &number).as_bytes()),
        }
        bytes.extend_from_slice(if dice.below(8) == 0 { b"\r\n" } else { b"\n" });
    }
    if dice.below(2) == 0 {
        bytes.pop();
    }
    bytes
}

/// What `json-lines` says of a range, or of the whole.
fn found(project: &Project, range: Option<&str>) -> String {
    let mut args = vec!["check", "a.ndjson", "--output-format", "json-lines", "--min-confidence", "low", "-q"];
    if let Some(range) = range {
        args.extend(["--range", range]);
    }
    let run = project.run(&args);
    if range.is_some() {
        let fails = run.text().contains("\"severity\":\"error\"");
        assert!(run.code == i32::from(fails) && run.err.is_empty(), "{range:?}: {}", run.err);
    }
    run.text().to_owned()
}

#[test]
fn ranges_that_tile_a_file_give_together_the_findings_of_the_whole() {
    let mut dice = Dice(7);
    for round in 0..10 {
        let bytes = lines(&mut dice, [3, 40, 400, 4000][round % 4]);
        let project = Project::new();
        project.write("a.ndjson", &bytes);
        let whole = found(&project, None);
        let mut cuts: Vec<usize> = (0..dice.below(6)).map(|_| dice.below(bytes.len())).collect();
        // Next to a line's end, and behind the end of the file.
        let newline = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        cuts.extend([0, newline, newline + 1, newline + 2, bytes.len() + dice.below(3)]);
        cuts.sort_unstable();
        let parts = cuts.windows(2).map(|cut| found(&project, Some(&format!("{}:{}", cut[0], cut[1]))));
        let parts: String = parts.collect();
        assert!(parts == whole, "round {round}, cut at {cuts:?}:\n{parts}\nnot\n{whole}");
    }
}

#[test]
fn a_line_belongs_to_the_range_that_holds_its_first_byte() {
    let project = Project::with(&[("a.ndjson", &format!("{OLD}\n{OLD}\n{OLD}"))]);
    let line = OLD.len() + 1;
    let lines = |start: usize, end: usize| -> Vec<u64> {
        let run = project.check(&["a.ndjson", "--only", "preview-url", "--range", &format!("{start}:{end}")]);
        let json = run.json();
        json["findings"].as_array().unwrap().iter().map(|one| one["line"].as_u64().unwrap()).collect()
    };
    assert_eq!(lines(0, 1), [1]);
    assert_eq!(lines(0, line), [1]);
    assert_eq!(lines(0, line + 1), [1, 2]);
    assert_eq!(lines(1, line + 1), [2]);
    assert_eq!(lines(line, line + 1), [2]);
    assert_eq!(lines(line + 1, 2 * line + 1), [3]);
    assert_eq!(lines(2 * line, 10 * line), [3]);
    for (start, end) in [(0, 0), (1, 1), (1, line), (2 * line + 1, 3 * line), (9 * line, 10 * line)] {
        assert!(lines(start, end).is_empty(), "{start}:{end}");
    }
    // For people, too, with the right excerpt.
    let run = project.run(&["check", "a.ndjson", "--range", &format!("{line}:{}", line + 1)]);
    assert!(run.text().contains("[a.ndjson:2:") && !run.text().contains("[a.ndjson:3:"), "{}", run.text());
    assert!(run.err.contains("Looked at 1 file with 1 payload"), "{}", run.err);
}

#[test]
fn a_range_of_many_blocks_is_checked_on_all_cores_alike() {
    let mut dice = Dice(11);
    let bytes = lines(&mut dice, 20_000);
    let project = Project::new();
    project.write("a.ndjson", &bytes);
    let with = |threads: &str| {
        let range = format!("{}:{}", bytes.len() / 5, bytes.len() / 5 * 4);
        let args = ["check", "a.ndjson", "--output-format", "json-lines", "--range", &range, "-j", threads];
        project.run(&args).out
    };
    assert!(with("1") == with("3") && !with("1").is_empty());
}

#[test]
fn what_has_no_ranges_is_refused() {
    let project = Project::with(&[("a.ndjson", OLD), ("b.ndjson", OLD), ("one.json", OLD), ("list", "a.ndjson\n")]);
    project.write("lines", format!("{OLD}\n{OLD}\n"));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(OLD.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    project.write("c.ndjson.gz", &packed);
    project.write("packed.ndjson", &packed);
    project.write("utf16.ndjson", b"\xff\xfe{\0}\0\n\0{\0}\0\n\0");
    let refused: [(&[&str], &str); 12] = [
        (&["utf16.ndjson"], "not NDJSON"),
        (&["-"], "standard input"),
        (&[], "name it"),
        (&["a.ndjson", "b.ndjson"], "several"),
        (&["."], "no ordinary file"),
        (&["one.json"], "not NDJSON"),
        (&["c.ndjson.gz"], "compressed"),
        (&["packed.ndjson"], "compressed"),
        (&["gone.ndjson"], "gone.ndjson"),
        (&["--files-from", "list"], "--files-from"),
        (&["a.ndjson", "b.ndjson", "--output-format", "json"], "several"),
        (&["-", "--stdin-filename", "a.ndjson"], "standard input"),
    ];
    for (args, words) in refused {
        let run = project.pipe(&[&["check", "--range", "0:10"], args].concat(), OLD);
        assert!(run.code == 2 && run.err.contains(words) && run.out.is_empty(), "{args:?}: {} {}", run.err, run.text());
    }
    for range in ["10", "10:5", ":", "1:", ":1", "-1:2", "+1:2", "a:b", "1:2:3", "1:99999999999999999999", "0x1:2", ""]
    {
        let run = project.run(&["check", "a.ndjson", &format!("--range={range}")]);
        assert!(run.code == 2 && run.err.contains("--range") && run.out.is_empty(), "{range}: {}", run.err);
    }
    // Lines that only the content tells have ranges.
    assert_eq!(project.check(&["lines", "--range", "1:200"]).rules().len(), 2);
}
