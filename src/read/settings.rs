//! Settings: files that deploy and configure programs, whatever their notation: env files, Dockerfiles, Procfiles,
//! properties, INI, TOML, Terraform, YAML. They are read line by line, as a name and what it is given; what is commented
//! out says nothing.

use super::code::uses::{Line, Text, Uses};
use crate::tree::{Span, offset};

/// How long a file may be that is read for its settings, in bytes. Longer ones are data.
const LONGEST: usize = 2 << 20;

/// Extensions of files that hold settings and nothing else.
const EXTENSIONS: [&str; 6] = ["env", "properties", "ini", "toml", "tf", "tfvars"];

/// Names at the root of what records, describes or locks rather than configures.
const RECORDS: [&str; 13] = [
    "http_interactions",
    "interactions",
    "request",
    "requests",
    "response",
    "responses",
    "openapi",
    "swagger",
    "asyncapi",
    "lockfileversion",
    "__metadata",
    "_type",
    "recorded_with",
];

/// Names of texts for people.
const PROSE: [&str; 10] =
    ["description", "summary", "title", "message", "note", "notes", "comment", "help", "documentation", "changelog"];

/// Folders that package managers fill.
const CACHES: [&str; 9] = [
    "node_modules",
    "vendor",
    "site-packages",
    ".venv",
    ".terraform",
    ".yarn",
    ".pnpm-store",
    ".bundle",
    "bower_components",
];

/// Whether a file holds settings by its name, its extension aside: `.env.production`, `env.sample`, `Dockerfile.web`.
/// What configures this program does not count.
pub(super) fn is_settings(name: &str) -> bool {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    let (first, last) = (name.split('.').next().unwrap_or_default(), name.rsplit('.').next().unwrap_or_default());
    let env = name.starts_with(".env") || first == "env" || name == ".flaskenv";
    let named = matches!(first, "dockerfile" | "containerfile" | "procfile") || last == "dockerfile";
    let by_extension = name.contains('.') && EXTENSIONS.contains(&last);
    (env || named || by_extension) && name != "waport.toml"
}

/// Whether a file is one that programs write or fetch: in the cache of a package manager, or a lock file.
#[must_use]
pub fn is_fetched(path: &str) -> bool {
    let mut parts = path.rsplit(['/', '\\']);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let lock = ["-lock.", ".lock."].iter().any(|word| name.contains(word));
    lock || parts.any(|part| CACHES.contains(&part))
}

/// Reads the settings of a text into `uses`, which is emptied first.
pub(crate) fn read(source: &str, uses: &mut Uses) {
    uses.clear();
    if source.len() > LONGEST {
        return;
    }
    let mut reader = Reader { source, uses, above: Vec::new(), section: String::new(), entry: None, block: false };
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        reader.line(start, line.trim_end());
        start += line.len();
    }
    let root = |setting: &Line| setting.indent == 0 && RECORDS.contains(&setting.path.as_str());
    if uses.lines.iter().any(root) {
        uses.lines.clear();
        uses.texts.clear();
        uses.constants.clear();
    }
}

struct Reader<'a> {
    source: &'a str,
    uses: &'a mut Uses,
    /// Names that lines further to the left gave to what follows, with their columns.
    above: Vec<(usize, String)>,
    /// The section of an INI or TOML file.
    section: String,
    /// What `name:` said of the entry of a list, with its column.
    entry: Option<(usize, String)>,
    /// Whether a comment over several lines is open.
    block: bool,
}

impl Reader<'_> {
    fn line(&mut self, start: usize, line: &str) {
        let end = match comment(line, &mut self.block) {
            Some(at) => {
                self.uses.comments.push(span(start + at, start + line.len()));
                line[..at].trim_end().len()
            }
            None => line.len(),
        };
        let written = line[..end].trim_start();
        if written.is_empty() {
            return;
        }
        if let Some(section) = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            self.section = section.trim_matches(['[', ']']).to_ascii_lowercase();
            return;
        }
        let mut said = written;
        while let Some(rest) = said.strip_prefix("- ") {
            said = rest.trim_start();
        }
        let indent = end - said.len();
        self.above.retain(|(column, _)| *column < indent);
        let (name, value) = assignment(said);
        let path = self.path(name, indent);
        if let Some(name) = name {
            if value.is_empty() || value.starts_with(['|', '>', '&']) {
                self.above.push((indent, name.to_ascii_lowercase()));
            }
            if matches!(name, "name" | "key") {
                self.entry = Some((indent, value.to_ascii_lowercase()));
            }
        }
        let at = start + (value.as_ptr() as usize - line.as_ptr() as usize);
        if is_sentence(value) || path.split('.').any(|name| PROSE.contains(&name)) {
            return;
        }
        let text = (!value.is_empty()).then(|| self.text(at, value));
        if let (Some(name), true) = (name, is_address(value)) {
            self.uses.constants.push((name.to_owned(), value.to_owned()));
        }
        let span = span(start + indent, start + end);
        self.uses.lines.push(Line { path, indent, span, text });
    }

    /// The names that lead to what a line gives a value.
    fn path(&self, name: Option<&str>, indent: usize) -> String {
        let entry = self.entry.iter().filter(|(column, _)| *column == indent && name == Some("value"));
        let above = self.above.iter().chain(entry).map(|(_, name)| name.as_str());
        let own = name.map(str::to_ascii_lowercase);
        let section = Some(self.section.as_str()).filter(|section| !section.is_empty());
        section.into_iter().chain(above).chain(own.as_deref()).collect::<Vec<_>>().join(".")
    }

    /// Notes a value, whose words stand where they stand.
    fn text(&mut self, at: usize, value: &str) -> u32 {
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_');
        let (mut parts, mut from) = (Vec::new(), 0);
        for piece in value.split_inclusive(|c| !word(c)) {
            let own = piece.trim_end_matches(|c| !word(c)).len();
            for (start, len) in [(from, own), (from + own, piece.len() - own)] {
                if len > 0 {
                    parts.push((start, span(at + start, at + start + len)));
                }
            }
            from += piece.len();
        }
        debug_assert!(self.source[at..].starts_with(value));
        self.uses.texts.push(Text {
            text: value.to_owned(),
            parts,
            span: span(at, at + value.len()),
            method: None,
            call: None,
            part: false,
            within: None,
        });
        offset(self.uses.texts.len() - 1)
    }
}

/// Where the comment of a line begins; `block` says whether one over several lines is open.
fn comment(line: &str, block: &mut bool) -> Option<usize> {
    let written = line.trim_start();
    let indent = line.len() - written.len();
    let opens = ["/*", "{{/*", "{{- /*"].iter().any(|mark| written.starts_with(mark));
    if *block || opens {
        *block = !written.contains("*/");
        return Some(indent);
    }
    if written.starts_with(['#', ';', '!']) || written.starts_with("//") {
        return Some(indent);
    }
    let (mut quote, mut before) = (None, ' ');
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') if !before.is_alphanumeric() => quote = Some(c),
            (None, '#') if before.is_whitespace() => return Some(at),
            _ => {}
        }
        before = c;
    }
    None
}

/// The name that a line gives a value, and the value; a line that gives none is a value.
fn assignment(said: &str) -> (Option<&str>, &str) {
    let marks = ["export ", "set ", "ENV ", "ARG "];
    let mark = marks.iter().find(|mark| said.starts_with(**mark));
    let rest = mark.map_or(said, |mark| said[mark.len()..].trim_start());
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inner = &rest[quote.map_or(0, char::len_utf8)..];
    let len =
        inner.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '-' | '/')).unwrap_or(inner.len());
    let (name, behind) = inner.split_at(len);
    let behind = quote.map_or(Some(behind), |quote| behind.strip_prefix(quote));
    let Some(behind) = behind.map(str::trim_start).filter(|_| !name.is_empty()) else { return (None, unquoted(said)) };
    let value = match behind.as_bytes() {
        [b':', b'=', ..] => Some(&behind[2..]),
        [b'=', ..] | [b':'] | [b':', b' ' | b'\t', ..] => Some(&behind[1..]),
        // `ENV NAME value`.
        _ if mark == Some(&"ENV ") => Some(behind),
        _ => None,
    };
    value.map_or((None, unquoted(said)), |value| (Some(name), unquoted(value.trim())))
}

fn unquoted(value: &str) -> &str {
    let value = value.trim().trim_end_matches(',');
    let between = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    between('"').or_else(|| between('\'')).unwrap_or(value)
}

/// Whether a value is a text for people: it begins with a capital letter and goes on for several words.
fn is_sentence(value: &str) -> bool {
    let mut chars = value.chars();
    let capital = chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase);
    capital && value.split_whitespace().count() > 2
}

/// Whether a value is an address or a path, without a password in it or anything that only the run knows.
fn is_address(value: &str) -> bool {
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/".contains(&b));
    plain
        && value.len() <= 200
        && (value.starts_with("http://") || value.starts_with("https://") || value.starts_with('/'))
}

fn span(start: usize, end: usize) -> Span {
    Span { start: offset(start), end: offset(end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(source: &str) -> Vec<(String, String)> {
        let mut uses = Uses::default();
        read(source, &mut uses);
        let value = |setting: &Line| setting.text.map(|text| uses.texts[text as usize].text.clone());
        uses.lines.iter().map(|setting| (setting.path.clone(), value(setting).unwrap_or_default())).collect()
    }

    #[track_caller]
    fn assert_settings(source: &str, expected: &[(&str, &str)]) {
        let found = settings(source);
        let found: Vec<(&str, &str)> = found.iter().map(|(path, value)| (path.as_str(), value.as_str())).collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn names_and_values_are_found_in_each_notation() {
        assert_settings(
            "A_URL=\"https://a.example.com\" # old\nexport B=1\n",
            &[("a_url", "https://a.example.com"), ("b", "1")],
        );
        assert_settings("FROM x:1 AS y\nENV A b\nENV C=d\n", &[("", "FROM x:1 AS y"), ("a", "b"), ("c", "d")]);
        assert_settings("[wa.api]\nurl = 'x'\n; off = 1\n", &[("wa.api.url", "x")]);
        assert_settings("wa.url=x\nwa.b: y\n! z=1\n", &[("wa.url", "x"), ("wa.b", "y")]);
        assert_settings(
            "data = {\n  A = \"1\"\n  // B = 2\n  /* C = 3\n  D = 4 */\n}\n",
            &[("data", "{"), ("a", "1"), ("", "}")],
        );
        assert_settings(
            "web: node app.js --to https://a.example.com\n",
            &[("web", "node app.js --to https://a.example.com")],
        );
    }

    #[test]
    fn names_in_yaml_lead_from_the_left() {
        let source =
            "services:\n  web:\n    image: x\n    environment:\n      - A=1\n      # - B=2\n  db:\n    image: y\n";
        assert_settings(
            source,
            &[
                ("services", ""),
                ("services.web", ""),
                ("services.web.image", "x"),
                ("services.web.environment", ""),
                ("services.web.environment.a", "1"),
                ("services.db", ""),
                ("services.db.image", "y"),
            ],
        );
        let source = "env:\n  - name: WA_URL\n    value: \"x\"\n";
        assert_settings(source, &[("env", ""), ("env.name", "WA_URL"), ("env.wa_url.value", "x")]);
    }

    #[test]
    fn what_people_read_and_what_was_recorded_has_no_settings() {
        assert_settings("a: Go to https://a.example.com now\ndescription: |\n  b: c\nd: e\n", &[("d", "e")]);
        assert_settings("http_interactions:\n- request:\n    uri: https://a.example.com\n", &[]);
        assert_settings("openapi: 3.0.0\nservers:\n  - url: x\n", &[]);
    }

    #[test]
    fn values_stand_where_they_stand_word_by_word() {
        let source = "  WA_URL: 'https://me:secret@a.example.com:9090/v1'\n";
        let mut uses = Uses::default();
        read(source, &mut uses);
        let text = &uses.texts[0];
        for word in ["a.example.com:9090", "v1", "me:secret"] {
            let at = text.text.find(word).expect(word);
            assert_eq!(&source[text.place(at).range()], word);
        }
        assert!(uses.constants.is_empty(), "a password is nobody's business");
    }

    #[test]
    fn files_are_known_by_their_names() {
        for name in [
            ".env",
            "a/.env.local",
            "wa.env",
            "env.sample",
            "Dockerfile",
            "web.Dockerfile",
            "x/Dockerfile.prod",
            "Procfile",
            "a.tf",
            "a.properties",
        ] {
            assert!(is_settings(name), "{name}");
        }
        for name in ["waport.toml", "environment", "a.txt", "dockerfiles", "tf", "ini", "environment.md", ""] {
            assert!(!is_settings(name), "{name}");
        }
        assert!(is_fetched("pnpm-lock.yaml") && is_fetched("a/node_modules/b/c.yml") && !is_fetched("config/lock.yml"));
    }
}
