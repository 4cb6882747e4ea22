//! JSON in text that is none: prose with fences, logs, shell scripts, HTTP files, tables, templates of bodies.
//!
//! Every brace is a candidate. What stands before it tells how the document is spelt: as it is, between the quotes of a
//! shell, of SQL or CSV, with the escapes of JSON, or as HTML. What is found is gathered below an array.

use super::Notice;
use super::decode::{self, Decoded};
use super::json::{self, Dialect};
use super::layers;
use crate::tree::{Kind, Layer, NodeId, OpenContainer, Tree, hole};

/// How many bytes may be read in vain, as a multiple of the text's.
const VAIN: usize = 4;

/// Reads the documents in `text` into `tree`, below an array that stands for the text.
///
/// `tree` and `notices` are emptied first. There are no faults: what is no document is prose. A text of 4 GiB and more
/// is left unread.
pub fn read(text: &str, tree: &mut Tree, notices: &mut Vec<Notice>) {
    tree.clear();
    notices.clear();
    if u32::try_from(text.len()).is_err() {
        return;
    }
    tree.mark_gathered();
    let islands = islands(text, tree);
    tree.clear();
    tree.mark_gathered();
    let root = tree.open_container(Kind::Array, 0);
    let strings: Vec<NodeId> =
        islands.iter().map(|island| tree.push_opaque(island.start, island.decoded.end)).collect();
    let count = crate::tree::offset(strings.len());
    tree.close_container(&OpenContainer { count, ..OpenContainer::new(root, false) }, text.len());
    let mut height = 0;
    for (string, Island { decoded: Decoded { text, map, spelling, .. }, .. }) in strings.into_iter().zip(islands) {
        let inner = NodeId(crate::tree::offset(tree.len()));
        let read = [Dialect::Strict, Dialect::Lenient].into_iter().any(|dialect| {
            let before = (tree.len(), tree.decoded_len());
            let read = json::parse(&text, dialect, tree, notices).is_ok();
            if !read {
                tree.truncate(before.0, before.1);
            }
            read
        });
        debug_assert!(read, "an island was read before");
        if read {
            let own = tree.height() + 1;
            height = height.max(own);
            tree.push_layer(Layer { string, root: inner, text, map, spelling, height: own });
        }
    }
    tree.set_height(height);
    // Comments and the like are at home in prose.
    notices.clear();
    layers::read(text, tree, notices);
    notices.clear();
    tree.finish();
}

/// A document in a text.
struct Island {
    start: usize,
    decoded: Decoded,
}

fn islands(text: &str, room: &mut Tree) -> Vec<Island> {
    let mut search = Search::default();
    std::iter::from_fn(|| search.next(text, room)).collect()
}

/// How many bytes of a text are read at a time, as long as no document stands across the border.
const PIECE: usize = 1 << 20;

/// How long the first part of a long text is that can be read on its own: whole lines, and whole documents.
#[must_use]
pub fn piece(text: &str) -> usize {
    let (mut search, mut room, mut free) = (Search::default(), Tree::new(), 0);
    while text.len() > free + 2 * PIECE {
        let next = search.next(text, &mut room);
        let start = next.as_ref().map_or(text.len(), |island| island.start);
        if start > PIECE
            && let Some(newline) = memchr::memrchr(b'\n', &text.as_bytes()[free..start.min(free.max(PIECE) + PIECE)])
        {
            return free + newline + 1;
        }
        let Some(island) = next else { break };
        free = island.decoded.end;
    }
    text.len()
}

/// The search for documents in a text.
#[derive(Default)]
struct Search {
    at: usize,
    /// How many bytes were read for nothing.
    vain: usize,
}

impl Search {
    fn next(&mut self, text: &str, room: &mut Tree) -> Option<Island> {
        self.next_spelt(text, room, spellings)
    }

    /// The next document that is spelt in one of the ways that `spellings` has for its place.
    fn next_spelt(
        &mut self,
        text: &str,
        room: &mut Tree,
        spellings: impl Fn(&str, usize) -> &'static [Decode],
    ) -> Option<Island> {
        while self.vain <= VAIN * text.len() + 4096 {
            let start = self.at + memchr::memchr(b'{', &text.as_bytes()[self.at..])?;
            self.at = start + 1;
            // One over several lines is more likely no placeholder, and what is in it is lost.
            if let Some(len) = hole::at_start(&text[start..])
                && !text[start..start + len].contains('\n')
            {
                self.at = start + len;
                continue;
            }
            for decode in spellings(text, start) {
                match island(text, start, *decode, room) {
                    Ok(None) => {}
                    Ok(Some(decoded)) => {
                        self.at = decoded.end;
                        return Some(Island { start, decoded });
                    }
                    Err(read) => self.vain += read,
                }
            }
        }
        None
    }
}

/// Decodes a text from an offset to its end or to where its quotes close; `None` where that cannot be.
type Decode = fn(&str, usize) -> Option<Decoded>;

/// The bytes of the first object with members that stands in a text as it is.
pub(super) fn first_object(text: &str) -> Option<std::ops::Range<usize>> {
    let island = Search::default().next_spelt(text, &mut Tree::new(), |_, _| &[AS_IT_IS])?;
    Some(island.start..island.decoded.end)
}

/// The ways in which a document that begins with the brace at `start` may be spelt, the likeliest first.
fn spellings(text: &str, start: usize) -> &'static [Decode] {
    let before = text[..start].trim_end_matches(['[', ' ', '\t', '\n', '\r']);
    let rest = text[start + 1..].trim_start_matches([' ', '\t', '\r', '\n', '>']);
    let begins = |marks: &[&str]| marks.iter().any(|mark| rest.starts_with(mark));
    if begins(&["&quot;", "&#34;", "&#x22;"]) {
        return &[|text, start| Some(decode::html(text, start))];
    }
    if begins(&["\\\"", "\\n", "\\r"]) {
        return if before.ends_with('"') {
            &[
                // A string of JSON ends on its line and spells its tabs.
                |text, start| {
                    let string = decode::json_string(text, start, true)?;
                    (!text[start..string.end].contains(['\n', '\t'])).then_some(string)
                },
                |text, start| Some(decode::shell_double(text, start)),
            ]
        } else {
            &[|text, start| decode::json_string(text, start, false)]
        };
    }
    if begins(&["\"\""]) && before.ends_with('"') {
        return &[|text, start| Some(decode::doubled(text, start, '"'))];
    }
    if !begins(&["\"", "/", "{", "<", "$", "%", "#"]) {
        return &[];
    }
    if is_quoted(&text.as_bytes()[..start]) {
        return &[|text, start| Some(decode::marked_lines(text, start, b'>'))];
    }
    if before.ends_with('\'') {
        return &[|text, start| Some(decode::single_quoted(text, start)), AS_IT_IS];
    }
    &[AS_IT_IS]
}

/// Whether the line that ends here is one of a block quotation. Its beginning is looked for nearby only, since a text may
/// be one long line.
fn is_quoted(before: &[u8]) -> bool {
    const NEAR: usize = 1024;
    let near = &before[before.len().saturating_sub(NEAR)..];
    let line = match memchr::memrchr(b'\n', near) {
        Some(newline) => &near[newline + 1..],
        None if near.len() == before.len() => near,
        None => return false,
    };
    line.trim_ascii_start().first() == Some(&b'>')
}

/// The document as it is.
const AS_IT_IS: Decode = |text, start| Some(decode::verbatim(text, start));

/// How much of a text is decoded at first, and how near to its end a fault may come from the text being cut there.
const FIRST: usize = 2048;

/// How many bytes spell a quotation mark at most. One that is cut looks like the last.
const MARK: usize = 6;

/// The document that begins at `start`, spelt as `decode` has it; more and more of the text is taken until it is whole.
///
/// # Errors
/// When there is none: how many bytes were read for nothing.
fn island(text: &str, start: usize, decode: Decode, room: &mut Tree) -> Result<Option<Decoded>, usize> {
    let mut size = FIRST;
    loop {
        let mut end = text.len().min(start + size);
        while !text.is_char_boundary(end) {
            end += 1;
        }
        let cut = end < text.len();
        match decode(&text[..end], start) {
            Some(decoded) => match json::parse_prefix(&decoded.text, room) {
                Ok(0) => return Ok(None),
                Ok(len) => return Ok(Some(decoded.shortened(len))),
                Err(at) if !cut || decoded.end + MARK < end || at + FIRST / 2 < decoded.text.len() => {
                    return Err(size.min(at));
                }
                Err(_) => {}
            },
            None if !cut => return Err(end - start),
            None => {}
        }
        size *= 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of each document found, and what its first value is spelt as.
    fn found(text: &str) -> Vec<(String, String)> {
        let (mut tree, mut notices) = (Tree::new(), Vec::new());
        read(text, &mut tree, &mut notices);
        let gathered = tree.root(text).expect("root");
        let documents = gathered.items().map(|item| item.inner().expect("a document"));
        documents
            .map(|root| {
                let (_, value) = root.members().next().expect("a member");
                (root.raw().to_owned(), text[value.span().range()].to_owned())
            })
            .collect()
    }

    fn one(text: &str) -> (String, String) {
        let mut found = found(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found.remove(0)
    }

    #[test]
    fn documents_are_found_however_they_are_spelt() {
        let plain = r#"{"to": "1"}"#;
        for (text, value) in [
            (format!("Send this:\n\n```json\n{plain}\n```\n"), r#""1""#),
            (format!("2026-01-01T00:00:00Z INFO {{worker}} sent {plain} in 3 ms"), r#""1""#),
            (format!("POST {{{{url}}}}/messages\n\n{plain}\n"), r#""1""#),
            (format!("curl -d '{plain}' https://x.example"), r#""1""#),
            (r#"curl -d "{\"to\": \"1\"}" https://x.example"#.to_owned(), r#"\"1\""#),
            (r#"7,"{""to"": ""1""}",x"#.to_owned(), r#"""1"""#),
            ("<code>{&quot;to&quot;: &quot;1&quot;}</code>".to_owned(), "&quot;1&quot;"),
            (r#"body={\"to\": \"1\"} status=200"#.to_owned(), r#"\"1\""#),
        ] {
            assert_eq!(one(&text), (plain.to_owned(), value.to_owned()), "{text}");
        }
        assert_eq!(one("> {\n>   \"to\": \"1\"\n> }\n\nend").0, "{\n  \"to\": \"1\"\n}");
        assert_eq!(one(r#"-d '{"to": "it'\''s"}'"#), (r#"{"to": "it's"}"#.to_owned(), r#""it'\''s""#.to_owned()));
    }

    #[test]
    fn what_is_no_document_is_prose() {
        for text in ["", "{", "{}", "{{name}}", "fn main() { let x = 1; }", "{\"a\": 1", "a { \"b\" } c", "${HOME}"] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn pieces_end_between_lines_and_between_documents() {
        let document = format!("{{\"a\":\n \"{}\"}}", "b\\n".repeat(700_000));
        for text in [
            format!("{}{document}\n{}", "words\n".repeat(300_000), "more\n".repeat(900_000)),
            format!("x {document} {document}\n").repeat(3),
            "no line end ".repeat(400_000),
        ] {
            let (mut at, mut documents, mut pieces) = (0, 0, 0);
            while at < text.len() {
                let len = piece(&text[at..]);
                documents += found(&text[at..at + len]).len();
                assert!(at + len == text.len() || text.as_bytes()[at + len - 1] == b'\n');
                (at, pieces) = (at + len, pieces + 1);
            }
            assert_eq!(documents, found(&text).len());
            assert!(pieces > 1 || !text.contains('\n'));
        }
    }

    #[test]
    fn reading_in_vain_is_bounded() {
        for brace in ["{\"a\":", "{\"", "'{\"", "\"{\\\"", "{&quot;", "[{\"\""] {
            let text = brace.repeat(20_000);
            assert_eq!(found(&text), []);
        }
        let line = "x {\"a\": 1} ".repeat(100_000);
        assert_eq!(found(&line).len(), 100_000);
        let long = format!("x {{\"a\": \"{}\"}} y", "b".repeat(1_000_000));
        assert_eq!(found(&long).len(), 1);
    }
}
