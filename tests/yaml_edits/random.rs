//! Random changes on random documents in random styles: the tree is changed as meant, and no comment is lost.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{At, Model, New, Op, act, changed, find, lowered, model};
use waport::read::yaml;
use waport::tree::{Span, Tree};
use waport::write::{Edit, apply};

/// How many documents are changed.
const CASES: u64 = 4000;

const KEYS: [&str; 9] = ["to", "type", "text", "body", "0", "it's", "a b", "caf\u{e9}", "true"];

const TEXTS: [&str; 18] = [
    "x",
    "some words",
    "15550100123",
    "true",
    "a: b",
    "a #b",
    "two\nlines\n",
    "one\n\n  deep\n\nlast",
    "kept\n\n",
    " lead",
    "\u{1f600} caf\u{e9}",
    "it's \"q\"",
    "",
    "a, b",
    "{{name}}",
    "2024-01-01",
    "- dash",
    "line\n",
];

const OTHERS: [&str; 5] = ["1", "true", "null", "1.5", "12345678901234567890"];

const NEW: [&str; 7] = ["whatsapp", "0", "two\nlines", "a, b: c", "no", "it's", "\u{1f600}"];

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }

    fn map(&mut self, depth: usize) -> Model {
        let mut members: Vec<(String, Model)> = Vec::new();
        for _ in 0..self.roll(5) {
            let key = self.pick(&KEYS);
            if members.iter().all(|(known, _)| known != key) {
                members.push((key.to_owned(), self.value(depth)));
            }
        }
        Model::Map(members)
    }

    fn value(&mut self, depth: usize) -> Model {
        match self.roll(if depth > 3 { 4 } else { 7 }) {
            0..3 => Model::Text(self.pick(&TEXTS).to_owned()),
            3 => Model::Other(self.pick(&OTHERS).to_owned()),
            4 => Model::List((0..self.roll(4)).map(|_| self.value(depth + 1)).collect()),
            _ => self.map(depth + 1),
        }
    }
}

/// Writes a model down in one of many ways.
struct Emitter<'d> {
    dice: &'d mut Dice,
    out: String,
    unit: usize,
    hang: usize,
    comments: usize,
    tight: bool,
}

impl Emitter<'_> {
    fn line(&mut self, column: usize) {
        write!(self.out, "\n{:column$}", "").unwrap();
    }

    fn comment(&mut self) {
        if self.dice.one_in(6) {
            self.comments += 1;
            write!(self.out, " #c{}.", self.comments).unwrap();
        }
    }

    /// Lines between members.
    fn between(&mut self, column: usize) {
        let kept = self.out.ends_with('\n');
        if self.dice.one_in(8) && !kept {
            self.out.push('\n');
        }
        if self.dice.one_in(6) {
            self.comments += 1;
            self.line(column);
            write!(self.out, "#c{}.", self.comments).unwrap();
        }
        self.line(column);
    }

    fn quoted(&mut self, text: &str, flow: bool) -> String {
        let wordy = |text: &str| text.chars().all(|c| c.is_alphabetic() || c == ' ') && text.trim() == text;
        let plain = wordy(text) && !text.is_empty() && text != "true";
        match self.dice.roll(if self.tight && flow { 1 } else { 4 }) {
            1 | 2 if plain => text.to_owned(),
            3 if !text.contains('\n') => format!("'{}'", text.replace('\'', "''")),
            _ => serde_json::Value::from(text).to_string(),
        }
    }

    fn block_members(&mut self, members: &[(String, Model)], column: usize) {
        for (index, (key, value)) in members.iter().enumerate() {
            if index > 0 {
                self.between(column);
            }
            let key = self.quoted(key, false);
            self.out.extend([&key, ":"]);
            self.behind(value, column, self.unit, self.hang);
        }
    }

    /// A value behind a key or a dash at a column.
    fn behind(&mut self, value: &Model, column: usize, unit: usize, hang: usize) {
        let flow = self.dice.one_in(5);
        match value {
            Model::Map(members) if !members.is_empty() && !flow => {
                self.comment();
                self.line(column + unit);
                self.block_members(members, column + unit);
            }
            Model::List(items) if !items.is_empty() && !flow => {
                self.comment();
                self.line(column + hang);
                self.block_items(items, column + hang);
            }
            Model::Text(text) if self.dice.one_in(2) && self.lines(text, column + unit) => {}
            Model::Other(null) if null == "null" && self.dice.one_in(2) => self.comment(),
            _ => {
                self.out.push(' ');
                self.inline(value, column + unit);
                self.comment();
            }
        }
    }

    fn block_items(&mut self, items: &[Model], column: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.between(column);
            }
            self.out.push('-');
            match item {
                Model::Map(members) if !members.is_empty() && self.dice.one_in(2) => {
                    self.out.push(' ');
                    self.block_members(members, column + 2);
                }
                Model::List(items) if !items.is_empty() && self.dice.one_in(2) => {
                    self.out.push(' ');
                    self.block_items(items, column + 2);
                }
                _ => self.behind(item, column, 2, 2),
            }
        }
    }

    /// A text as a literal or folded scalar, where it can be one.
    fn lines(&mut self, text: &str, column: usize) -> bool {
        let content = text.trim_end_matches('\n');
        if content.is_empty() || content.starts_with(' ') {
            return false;
        }
        let chomping = ["-", "", "+"][(text.len() - content.len()).min(2)];
        let folded = !content.contains('\n') && self.dice.one_in(2);
        write!(self.out, " {}{chomping}", if folded { '>' } else { '|' }).unwrap();
        self.comment();
        for line in content.split('\n') {
            self.line(if line.is_empty() { 0 } else { column });
            self.out.push_str(line);
        }
        for _ in content.len() + 1..text.len() {
            self.out.push('\n');
        }
        true
    }

    fn inline(&mut self, value: &Model, column: usize) {
        let spread = self.dice.one_in(4);
        match value {
            Model::Text(text) => {
                let text = self.quoted(text, true);
                self.out.push_str(&text);
            }
            Model::Other(other) => self.out.push_str(other),
            Model::List(items) => {
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.comma(index, spread, column);
                    self.inline(item, column + 2);
                }
                self.out.push(']');
            }
            Model::Map(members) => {
                self.out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    self.comma(index, spread, column);
                    let key = self.quoted(key, true);
                    let colon = if self.tight && key.starts_with('"') { ":" } else { ": " };
                    self.out.extend([&key, colon]);
                    self.inline(value, column + 2);
                }
                self.out.push('}');
            }
        }
    }

    fn comma(&mut self, index: usize, spread: bool, column: usize) {
        let comma = if self.tight || spread { "," } else { ", " };
        self.out.push_str(if index > 0 { comma } else { "" });
        if spread {
            if index > 0 {
                self.comment();
            }
            self.line(column + 2);
        }
    }
}

fn written(model: &Model, dice: &mut Dice) -> String {
    let unit = dice.pick(&[2, 2, 3, 4]);
    let hang = dice.pick(&[0, unit]);
    let tight = dice.one_in(3);
    let mut emitter = Emitter { dice, out: String::new(), unit, hang, comments: 0, tight };
    let documents = match model {
        Model::List(documents) => documents.iter().collect(),
        other => vec![other],
    };
    for (index, document) in documents.iter().enumerate() {
        if index > 0 {
            emitter.out.push_str("---\n");
        }
        match document {
            Model::Map(members) if !members.is_empty() => emitter.block_members(members, 0),
            other => emitter.inline(other, 0),
        }
        emitter.out.push('\n');
    }
    let Emitter { out, dice, .. } = emitter;
    match dice.roll(8) {
        0 => out.replace('\n', "\r\n"),
        1 if !out.ends_with("\n\n") => out.trim_end().to_owned(),
        _ => out,
    }
}

/// The pointers of all values: of mappings, of members and of the others.
#[derive(Default)]
struct Places {
    maps: Vec<String>,
    members: Vec<String>,
    all: Vec<String>,
}

impl Places {
    fn collect(&mut self, model: &Model, at: &str) {
        self.all.push(at.to_owned());
        match model {
            Model::Map(members) => {
                self.maps.push(at.to_owned());
                for (key, value) in members {
                    self.members.push(format!("{at}/{key}"));
                    self.collect(value, &format!("{at}/{key}"));
                }
            }
            Model::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.collect(item, &format!("{at}/{index}"));
                }
            }
            _ => {}
        }
    }
}

fn new(dice: &mut Dice, places: &Places) -> New {
    match dice.roll(6) {
        0 => New::Integer(7),
        1 => New::Bool(true),
        2 => New::Copy(places.all[dice.roll(places.all.len())].clone()),
        3 => {
            let inner = New::Object(vec![("p", New::Text("q")), ("r", New::Integer(0))]);
            New::Object(vec![("k", New::Text(dice.pick(&NEW))), ("l", New::Array(vec![inner, New::Text("m")]))])
        }
        _ => New::Text(dice.pick(&NEW)),
    }
}

fn op(dice: &mut Dice, places: &Places, several: bool) -> Option<Op> {
    let some = |dice: &mut Dice, from: &[String]| (!from.is_empty()).then(|| from[dice.roll(from.len())].clone());
    let below = if several { 2 } else { 1 };
    Some(match dice.roll(7) {
        0 => Op::Rename(some(dice, &places.members)?, "fresh"),
        1 => Op::Remove(some(dice, &places.members)?),
        2 | 3 => {
            let map = some(dice, &places.maps)?;
            let own: Vec<String> = places
                .members
                .iter()
                .filter(|it| it.rsplit_once('/').is_some_and(|(parent, _)| parent == map))
                .cloned()
                .collect();
            let position = match (dice.roll(3), some(dice, &own)) {
                (0, _) => At::First,
                (1, Some(before)) => At::After(before),
                _ => At::Last,
            };
            Op::Insert(map, "fresh", new(dice, places), position)
        }
        4 => {
            let (from, to) = (some(dice, &places.members)?, some(dice, &places.maps)?);
            let inside = to == from || to.starts_with(&format!("{from}/"));
            if inside || from.rsplit_once('/')?.0 == to {
                return None;
            }
            Op::Move(from, to, "fresh")
        }
        5 => Op::Wrap(some(dice, &places.maps)?),
        _ => {
            let at = some(dice, &places.all).filter(|at| at.matches('/').count() >= below)?;
            Op::Set(at, new(dice, places))
        }
    })
}

/// The comments of a text: `#c` and a number.
fn comments(text: &str) -> BTreeSet<&str> {
    text.match_indices("#c").map(|(at, _)| &text[at..=at + text[at..].find('.').unwrap()]).collect()
}

/// The lines that a member stands on.
fn lines_of<'a>(text: &'a str, op: &Op) -> &'a str {
    let (Op::Remove(at) | Op::Move(at, ..)) = op else { return "" };
    let mut tree = Tree::new();
    yaml::read(text, &mut tree, &mut Vec::new()).unwrap();
    let (_, key, value) = find(tree.root(text).unwrap(), at);
    let (start, end) = (key.unwrap().span().start as usize, value.span().end as usize);
    &text[start..text[end..].find('\n').map_or(text.len(), |run| end + run)]
}

/// A document as a model and as text, its places, and whether it is several.
fn document(dice: &mut Dice) -> (Model, String, Places, bool) {
    let several = dice.one_in(6);
    let count = 2 + dice.roll(2);
    let before = if several { Model::List((0..count).map(|_| dice.map(0)).collect()) } else { dice.map(0) };
    let text = written(&before, dice);
    assert_eq!(model(&text), before, "the emitter is wrong:\n{text}");
    let mut places = Places::default();
    places.collect(&before, "");
    (before, text, places, several)
}

#[test]
fn random_changes_on_random_documents_do_what_they_say_and_no_more() {
    let (mut faults, mut made, mut tried) = (Vec::new(), 0, 0);
    for seed in 1..=CASES {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let several = dice.one_in(6);
        let before =
            if several { Model::List((0..2 + dice.roll(2)).map(|_| dice.map(0)).collect()) } else { dice.map(0) };
        let text = written(&before, &mut dice);
        assert_eq!(model(&text), before, "the emitter is wrong, seed {seed}:\n{text}");
        let mut places = Places::default();
        places.collect(&before, "");
        let Some(op) = op(&mut dice, &places, several) else { continue };
        tried += 1;
        let Some(after) = changed(&text, std::slice::from_ref(&op)) else { continue };
        made += 1;
        let mut expected = before.clone();
        act(&mut expected, &op);
        let mut tree = Tree::new();
        let read = yaml::read(&after, &mut tree, &mut Vec::new());
        if read.is_err() || model(&after) != expected {
            faults.push(format!("seed {seed}: {op:?} on\n{text}\ngives\n{after}\n{read:?}"));
            continue;
        }
        let (gone, left) = (comments(lines_of(&text, &op)), comments(&after));
        if let Some(lost) = comments(&text).into_iter().find(|it| !left.contains(it) && !gone.contains(it)) {
            faults.push(format!("seed {seed}: {op:?} loses {lost} of\n{text}\nin\n{after}"));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults[..faults.len().min(6)].join("\n\n"));
    assert!(made * 10 > tried * 8, "only {made} of {tried} changes were made");
}

/// Whether two edits may be made at once: what is put between two bytes touches what goes on either side of it.
fn apart(one: &Edit, other: &Edit) -> bool {
    let (one, other) = if one.span <= other.span { (one.span, other.span) } else { (other.span, one.span) };
    let empty = |span: Span| span.start == span.end;
    one.end < other.start || (one.end == other.start && !empty(one) && !empty(other))
}

/// Whether a change leaves the places as they are that another one names.
fn independent(one: &Op, other: &Op) -> bool {
    let gone = match one {
        Op::Set(at, _) | Op::Rename(at, _) | Op::Remove(at) | Op::Move(at, ..) | Op::Wrap(at) => at,
        Op::Insert(..) => return true,
    };
    let named = match other {
        Op::Set(at, _) | Op::Rename(at, _) | Op::Remove(at) | Op::Wrap(at) | Op::Insert(at, ..) => [at, at],
        Op::Move(at, to, _) => [at, to],
    };
    named.iter().all(|at| at != &gone && !at.starts_with(&format!("{gone}/")))
}

fn copies(op: &Op) -> bool {
    matches!(op, Op::Set(_, New::Copy(_)) | Op::Insert(_, _, New::Copy(_), _) | Op::Insert(.., At::After(_)))
}

#[test]
fn changes_whose_edits_do_not_touch_can_be_made_at_once() {
    let (mut faults, mut made) = (Vec::new(), 0);
    for seed in 1..=CASES {
        let mut dice = Dice(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let (before, text, places, several) = document(&mut dice);
        let mut two = [op(&mut dice, &places, several), op(&mut dice, &places, several)].into_iter().flatten();
        let (Some(one), Some(other)) = (two.next(), two.next()) else { continue };
        if !independent(&one, &other) || copies(&one) || copies(&other) {
            continue;
        }
        let lowered = |op: &Op| lowered(&text, std::slice::from_ref(op));
        let (Some(mut edits), Some(others)) = (lowered(&one), lowered(&other)) else { continue };
        if !edits.iter().all(|edit| others.iter().all(|other| apart(edit, other))) {
            continue;
        }
        made += 1;
        edits.extend(others);
        edits.sort_by_key(|edit| edit.span);
        let after = apply(&text, &edits);
        let mut expected = before;
        act(&mut expected, &one);
        act(&mut expected, &other);
        let mut tree = Tree::new();
        if yaml::read(&after, &mut tree, &mut Vec::new()).is_err() || model(&after) != expected {
            faults.push(format!("seed {seed}: {one:?} and {other:?} on\n{text}\ngive\n{after}"));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults[..faults.len().min(6)].join("\n\n"));
    assert!(made * 10 > CASES, "only {made} pairs");
}

const SCRAPS: [&str; 24] = [
    "&a ", "*a", "!!str ", "? ", "- ", "\t", " #x.", "|", ">-", "{", "}", "[", "]", ",", ": ", "\n", "  ", "'", "\"",
    "\u{e9}", "\n\n", "<<: *a\n", "&a\n", "|2",
];

/// A text with a few characters more or fewer.
fn damaged(text: &str, dice: &mut Dice) -> String {
    let mut out: Vec<String> = text.chars().map(String::from).collect();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(out.len() + 1);
        if dice.one_in(3) && at < out.len() {
            out.remove(at);
        } else {
            out.insert(at, dice.pick(&SCRAPS).to_owned());
        }
    }
    out.concat()
}

#[test]
fn strange_documents_are_changed_as_meant_or_left_alone() {
    let (mut faults, mut made) = (Vec::new(), 0);
    for seed in 1..=2 * CASES {
        let mut dice = Dice(seed.wrapping_mul(0xd6e8_feb8_6659_fd93));
        let (_, text, _, several) = document(&mut dice);
        let text = damaged(&text, &mut dice);
        let mut tree = Tree::new();
        if yaml::read(&text, &mut tree, &mut Vec::new()).is_err() || tree.is_empty() {
            continue;
        }
        let before = model(&text);
        let mut places = Places::default();
        places.collect(&before, "");
        // Pointers lead to the first of two members of one name.
        if places.all.iter().collect::<BTreeSet<_>>().len() < places.all.len() {
            continue;
        }
        let Some(op) = op(&mut dice, &places, several) else { continue };
        let Some(after) = changed(&text, std::slice::from_ref(&op)) else { continue };
        made += 1;
        let mut expected = before;
        act(&mut expected, &op);
        if yaml::read(&after, &mut tree, &mut Vec::new()).is_err() || model(&after) != expected {
            faults.push(format!("seed {seed}: {op:?} on\n{text}\ngives\n{after}"));
        }
    }
    assert!(faults.is_empty(), "{} faults of {made}\n{}", faults.len(), faults[..faults.len().min(12)].join("\n\n"));
}
