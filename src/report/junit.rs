//! `junit`: JUnit XML, which nearly every CI system shows as tests. A file is a suite, a finding a test that fails
//! whatever its severity, which is the failure's type.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::diagnose::Diagnostic;
use crate::report::{Summary, harmless, said};

/// Appends a finding as a test case.
pub(super) fn finding(file: &str, diagnostic: &Diagnostic, out: &mut Vec<u8>) {
    let Diagnostic { rule, severity, line, column, .. } = diagnostic;
    let (file, said) = (harmless(file), said(diagnostic, "\n"));
    let message = said.lines().next().unwrap_or_default();
    let name = format!("{rule} at {line}:{column}");
    let text = format!("{file}:{line}:{column}: {severity}[{rule}]\n{said}");
    let case = [("name", name.as_str()), ("classname", &file), ("file", &file), ("line", &line.to_string())];
    let failure = [("type", severity.as_str()), ("message", message)];
    written(out, |xml| {
        xml.create_element("testcase")
            .with_attributes(case)
            .write_inner_content(|xml| {
                xml.create_element("failure")
                    .with_attributes(failure)
                    .write_text_content(BytesText::new(&text))
                    .map(drop)
            })
            .map(drop)
    });
}

/// Appends what stands before the first suite.
pub(super) fn begin(out: &mut Vec<u8>) {
    written(out, |xml| {
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        xml.get_mut().push(b'\n');
        xml.write_event(Event::Start(BytesStart::new("testsuites").with_attributes([("name", "waport")])))
    });
}

/// Appends what stands before the test cases of a file with so many findings.
pub(super) fn begin_file(file: &str, findings: u64, out: &mut Vec<u8>) {
    suite(&harmless(file), findings, findings, out);
}

/// Appends what stands after the test cases of a file.
pub(super) fn end_file(out: &mut Vec<u8>) {
    written(out, |xml| xml.write_event(Event::End(BytesEnd::new("testsuite"))));
}

/// Appends what stands after the last suite. A run without findings is a test that has passed.
pub(super) fn end(summary: &Summary, out: &mut Vec<u8>) {
    if summary.findings() == 0 {
        suite("waport", 1, 0, out);
        written(out, |xml| {
            let case = [("name", "nothing was found"), ("classname", "waport")];
            xml.create_element("testcase").with_attributes(case).write_empty().map(drop)
        });
        end_file(out);
    }
    written(out, |xml| xml.write_event(Event::End(BytesEnd::new("testsuites"))));
}

fn suite(name: &str, tests: u64, failures: u64, out: &mut Vec<u8>) {
    let (tests, failures) = (tests.to_string(), failures.to_string());
    let counts = [("name", name), ("tests", &tests), ("failures", &failures), ("errors", "0")];
    written(out, |xml| xml.write_event(Event::Start(BytesStart::new("testsuite").with_attributes(counts))));
}

/// Appends a piece of XML and a line end; memory takes all that is written to it.
fn written(out: &mut Vec<u8>, write: impl FnOnce(&mut Writer<&mut Vec<u8>>) -> io::Result<()>) {
    let done = write(&mut Writer::new(&mut *out));
    debug_assert!(done.is_ok(), "{done:?}");
    out.push(b'\n');
}
