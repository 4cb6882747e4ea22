//! Random changes on random documents in random layouts: the edits do what the changes say, and a document that one
//! formatter has printed stays as that formatter prints it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value as Json;
use serde_json::ser::PrettyFormatter;
use waport::config::WebhookIdentity;
use waport::fix::{Change, Fix, Level, Position, Value};
use waport::read::{self, Notation};
use waport::rules::Look;
use waport::tree::{Kind, Node, Tree};
use waport::write;

/// The same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll() % limit as u64).unwrap()
    }

    fn pick<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())]
    }
}

/// A document whose members keep their order; scalars as they are spelt.
#[derive(Clone, Debug, PartialEq)]
enum Model {
    Scalar(String),
    Array(Vec<Model>),
    Object(Vec<(String, Model)>),
}

impl Serialize for Model {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Scalar(text) => serde_json::from_str::<Json>(text).unwrap().serialize(serializer),
            Self::Array(items) => items.serialize(serializer),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(&serde_json::from_str::<String>(key).unwrap(), value)?;
                }
                map.end()
            }
        }
    }
}

impl Model {
    fn random(dice: &mut Dice, depth: usize, scalars: &[&str]) -> Self {
        let mut count = || [0, 1, 1, 2, 3, 4][dice.below(6)];
        match (depth, count()) {
            (0, _) => Self::Scalar(dice.pick(scalars).to_owned()),
            (_, count) => match dice.below(5) {
                0 | 1 => Self::Scalar(dice.pick(scalars).to_owned()),
                2 => Self::Array((0..count).map(|_| Self::random(dice, depth - 1, scalars)).collect()),
                _ => Self::object(dice, depth, count, scalars),
            },
        }
    }

    fn object(dice: &mut Dice, depth: usize, count: usize, scalars: &[&str]) -> Self {
        let key = |number: usize| ["a", "type", "😀", "b c", "\\\"{,"][number % 5];
        let members =
            (0..count).map(|number| (format!("\"{}{number}\"", key(number)), Self::random(dice, depth - 1, scalars)));
        Self::Object(members.collect())
    }

    fn of(node: Node<'_>) -> Self {
        match node.kind() {
            Kind::Object => {
                Self::Object(node.members().map(|(key, value)| (key.raw().to_owned(), Self::of(value))).collect())
            }
            Kind::Array => Self::Array(node.items().map(Self::of).collect()),
            _ => Self::Scalar(node.raw().to_owned()),
        }
    }

    fn from(value: &Value) -> Self {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        match value {
            Value::Bool(value) => Self::Scalar(value.to_string()),
            Value::Integer(value) => Self::Scalar(value.to_string()),
            Value::Text(text) => Self::Scalar(quoted(text)),
            Value::Object(members) => {
                Self::Object(members.iter().map(|(name, value)| (quoted(name), Self::from(value))).collect())
            }
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::Copy(_) => unreachable!("copies are made of places"),
        }
    }

    fn children(&self) -> usize {
        match self {
            Self::Scalar(_) => 0,
            Self::Array(items) => items.len(),
            Self::Object(members) => members.len(),
        }
    }

    fn at(&self, path: &[usize]) -> &Self {
        path.iter().fold(self, |model, index| match model {
            Self::Scalar(_) => unreachable!(),
            Self::Array(items) => &items[*index],
            Self::Object(members) => &members[*index].1,
        })
    }

    fn at_mut(&mut self, path: &[usize]) -> &mut Self {
        path.iter().fold(self, |model, index| match model {
            Self::Scalar(_) => unreachable!(),
            Self::Array(items) => &mut items[*index],
            Self::Object(members) => &mut members[*index].1,
        })
    }

    fn members(&mut self, path: &[usize]) -> &mut Vec<(String, Self)> {
        match self.at_mut(path) {
            Self::Object(members) => members,
            _ => unreachable!(),
        }
    }

    /// The ways to all values, the root's first.
    fn paths(&self) -> Vec<Vec<usize>> {
        let mut all = vec![Vec::new()];
        let mut next = 0;
        while next < all.len() {
            let path = all[next].clone();
            for index in 0..self.at(&path).children() {
                all.push([path.as_slice(), &[index]].concat());
            }
            next += 1;
        }
        all
    }
}

/// How a document is laid out.
#[derive(Clone, Copy, Debug)]
enum Layout {
    /// By a formatter, with this indentation and line break.
    Pretty(&'static str, &'static str),
    /// On one line, with these colons and commas.
    Line(&'static str, &'static str),
    /// Any white space anywhere.
    Random,
    /// Comments too, and commas at the end.
    Commented,
}

fn print(model: &Model, layout: Layout, dice: &mut Dice) -> String {
    if let Layout::Pretty(indent, newline) = layout {
        let mut out = Vec::new();
        let formatter = PrettyFormatter::with_indent(indent.as_bytes());
        model.serialize(&mut serde_json::Serializer::with_formatter(&mut out, formatter)).unwrap();
        return String::from_utf8(out).unwrap().replace('\n', newline);
    }
    let mut out = String::new();
    print_into(model, layout, dice, &mut out);
    out
}

fn gap(layout: Layout, dice: &mut Dice) -> &'static str {
    const SPACES: [&str; 9] = ["", "", "", " ", "  ", "\n", "\n  ", "\t", "\r\n    "];
    const COMMENTS: [&str; 5] = [" // one, two\n", "/* , \"{ */", " /* a\n  b */ ", "\n  // x\r\n\t", "\n// \"\n"];
    match layout {
        Layout::Pretty(..) | Layout::Line(..) => "",
        Layout::Commented if dice.below(4) == 0 => dice.pick(&COMMENTS),
        Layout::Random | Layout::Commented => dice.pick(&SPACES),
    }
}

fn print_into(model: &Model, layout: Layout, dice: &mut Dice, out: &mut String) {
    let (colon, comma) = if let Layout::Line(colon, comma) = layout { (colon, comma) } else { (":", ",") };
    let (open, close, count) = match model {
        Model::Scalar(text) => return out.push_str(text),
        Model::Array(items) => ('[', ']', items.len()),
        Model::Object(members) => ('{', '}', members.len()),
    };
    out.push(open);
    for index in 0..count {
        if index > 0 {
            out.push_str(comma);
        }
        out.push_str(gap(layout, dice));
        let value = match model {
            Model::Object(members) => {
                let (key, value) = &members[index];
                out.push_str(key);
                out.push_str(gap(layout, dice));
                out.push_str(colon);
                out.push_str(gap(layout, dice));
                value
            }
            Model::Array(items) => &items[index],
            Model::Scalar(_) => unreachable!(),
        };
        print_into(value, layout, dice, out);
        out.push_str(gap(layout, dice));
    }
    if count > 0 && matches!(layout, Layout::Commented) && dice.below(3) == 0 {
        out.push(',');
        out.push_str(gap(layout, dice));
    }
    out.push(close);
}

fn node<'a>(root: Node<'a>, path: &[usize]) -> Node<'a> {
    path.iter().fold(root, |node, index| match node.kind() {
        Kind::Object => node.members().nth(*index).unwrap().1,
        _ => node.items().nth(*index).unwrap(),
    })
}

fn key(object: Node<'_>, index: usize) -> Node<'_> {
    object.members().nth(index).unwrap().0
}

fn random_value(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth == 0 { 3 } else { 6 }) {
        0 => Value::Bool(dice.below(2) == 0),
        1 => Value::Integer(7),
        2 => Value::Text(dice.pick(&["", "0", "x \"y\" // \n", "😀"]).into()),
        3 => Value::Array((0..dice.below(3)).map(|_| random_value(dice, depth - 1)).collect()),
        _ => {
            let names = ["n0", "n1", "n2"];
            Value::Object((0..dice.below(4).min(3)).map(|at| (names[at], random_value(dice, depth - 1))).collect())
        }
    }
}

/// A random change on a document, with what it makes of the model; `None` when there is nothing of the kind in it.
fn random_change(dice: &mut Dice, root: Node<'_>, model: &Model) -> Option<(Change, Model)> {
    let paths = model.paths();
    let objects: Vec<_> = paths.iter().filter(|path| matches!(model.at(path), Model::Object(_))).collect();
    let object = objects.get(dice.below(objects.len().max(1)))?.as_slice();
    let (at, count) = (node(root, object), model.at(object).children());
    let mut after = model.clone();
    let change = match dice.below(7) {
        0 | 1 => {
            let value = random_value(dice, 3);
            let place = dice.below(count + 2);
            let position = match place {
                0 => Position::First,
                place if place <= count => Position::After(node(at, &[place - 1]).id()),
                _ => Position::Last,
            };
            let member = ("\"new\"".to_owned(), Model::from(&value));
            after.members(object).insert(place.min(count), member);
            Change::Insert { object: at.id(), name: "new", value, position }
        }
        2 if count > 0 => {
            let index = dice.below(count);
            after.members(object).remove(index);
            Change::Remove { object: at.id(), key: key(at, index).id() }
        }
        3 if count > 0 => {
            let index = dice.below(count);
            "\"named\"".clone_into(&mut after.members(object)[index].0);
            Change::Rename { key: key(at, index).id(), to: "named".into() }
        }
        4 if paths.len() > 1 => {
            let path = &paths[1 + dice.below(paths.len() - 1)];
            let value = random_value(dice, 3);
            *after.at_mut(path) = Model::from(&value);
            Change::Set { node: node(root, path).id(), value }
        }
        5 if count > 0 => {
            let index = dice.below(count);
            let moved = [object, &[index]].concat();
            let to = objects[dice.below(objects.len())];
            if to.starts_with(&moved) || to == object {
                return None;
            }
            let member = ("\"moved\"".to_owned(), model.at(&moved).clone());
            after.members(to).push(member);
            after.members(object).remove(index);
            Change::Move { from: at.id(), key: key(at, index).id(), to: node(root, to).id(), name: "moved" }
        }
        6 if count > 0 => {
            let identity = WebhookIdentity { waba_id: Some("1".to_owned()), ..WebhookIdentity::default() };
            *after.at_mut(object) = wrapped(model.at(object));
            Change::WrapInEnvelope { node: at.id(), identity: Arc::new(identity) }
        }
        _ => return None,
    };
    Some((change, after))
}

fn wrapped(content: &Model) -> Model {
    let text = |text: &str| Model::Scalar(format!("\"{text}\""));
    let member = |name: &str, value| (format!("\"{name}\""), value);
    let Model::Object(members) = content else { unreachable!() };
    let metadata = vec![
        member("display_phone_number", text("<DISPLAY_PHONE_NUMBER>")),
        member("phone_number_id", text("<PHONE_NUMBER_ID>")),
    ];
    let mut value = vec![member("messaging_product", text("whatsapp")), member("metadata", Model::Object(metadata))];
    value.extend(members.iter().cloned());
    let change = vec![member("value", Model::Object(value)), member("field", text("messages"))];
    let entry = vec![member("id", text("1")), member("changes", Model::Array(vec![Model::Object(change)]))];
    Model::Object(vec![
        member("object", text("whatsapp_business_account")),
        member("entry", Model::Array(vec![Model::Object(entry)])),
    ])
}

/// Scalars that `serde_json` prints as they are here.
const PLAIN: &[&str] = &["1", "true", "null", "\"x\"", "\"\"", "\"// {\\n  \\\"\"", "\"😀 é\"", "-12.5", "\"/*\""];
/// Scalars that a program would spell in another way.
const ODD: &[&str] =
    &["1e3", "12345678901234567890123", "\"\\u0041\"", "\"\\/\"", "1.0", "\"\\ud83d\\ude00\"", "\"x\""];

/// Some members of one object that go together, and one that may come.
fn random_changes(dice: &mut Dice, root: Node<'_>, model: &Model) -> Option<(Vec<Change>, Model)> {
    let paths = model.paths();
    let objects: Vec<_> = paths.iter().filter(|path| matches!(model.at(path), Model::Object(_))).collect();
    let object = objects.get(dice.below(objects.len().max(1)))?.as_slice();
    let (at, count) = (node(root, object), model.at(object).children());
    let mut after = model.clone();
    let gone: Vec<usize> = (0..count).filter(|_| dice.below(2) == 0).collect();
    let mut changes: Vec<Change> =
        gone.iter().map(|index| Change::Remove { object: at.id(), key: key(at, *index).id() }).collect();
    let mut left = (0..count).filter(|index| !gone.contains(index));
    let last = left.next_back();
    if dice.below(2) == 0 && last.is_some() {
        let value = random_value(dice, 2);
        let member = ("\"new\"".to_owned(), Model::from(&value));
        let first = dice.below(2) == 0;
        after.members(object).insert(if first { 0 } else { last? + 1 }, member);
        let position = if first { Position::First } else { Position::Last };
        let insert = Change::Insert { object: at.id(), name: "new", value, position };
        changes.insert(dice.below(changes.len() + 1), insert);
    }
    let named: Vec<String> = match model.at(object) {
        Model::Object(members) => gone.iter().map(|index| members[*index].0.clone()).collect(),
        _ => unreachable!(),
    };
    after.members(object).retain(|(name, _)| !named.contains(name));
    (!changes.is_empty()).then_some((changes, after))
}

/// Makes many changes in a layout; gives what became of the document, its model, and the text before.
fn each(layout: Layout, scalars: &[&str], rounds: u64, judge: impl FnMut(&str, &Change, &str, &Model, &mut Dice)) {
    let one = |dice: &mut Dice, root: Node<'_>, model: &Model| {
        random_change(dice, root, model).map(|(change, after)| (vec![change], after))
    };
    each_of(one, layout, scalars, rounds, judge);
}

type Choose = fn(&mut Dice, Node<'_>, &Model) -> Option<(Vec<Change>, Model)>;

fn each_of(
    choose: Choose,
    layout: Layout,
    scalars: &[&str],
    rounds: u64,
    mut judge: impl FnMut(&str, &Change, &str, &Model, &mut Dice),
) {
    let notation = if matches!(layout, Layout::Commented) { Notation::JsonWithComments } else { Notation::Json };
    let (mut tried, mut done) = (0, 0);
    for seed in 0..rounds {
        let dice = &mut Dice(seed);
        let count = dice.below(5);
        let model = Model::object(dice, 4, count, scalars);
        let model = if dice.below(4) == 0 { Model::Array(vec![model]) } else { model };
        let text = print(&model, layout, dice);
        let (mut tree, mut notices) = (Tree::new(), Vec::new());
        read::read(&text, notation, &mut tree, &mut notices).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
        let root = tree.root(&text).unwrap();
        let Some((all, after)) = choose(dice, root, &model) else { continue };
        tried += 1;
        let change = all[0].clone();
        let fix = Fix { title: "change".into(), level: Level::Safe, changes: all };
        let Some(edits) = write::edits(Look { source: &text, tree: &tree }, &fix) else { continue };
        done += 1;
        let changed = write::apply(&text, &edits);
        let (mut tree, mut notices) = (Tree::new(), Vec::new());
        read::read(&changed, notation, &mut tree, &mut notices)
            .unwrap_or_else(|error| panic!("{error:?} after {:?}\n{text}\n{changed}", fix.changes));
        let read = Model::of(tree.root(&changed).unwrap());
        assert_eq!(read, after, "{:?}\n{text}\n{changed}", fix.changes);
        judge(&text, &change, &changed, &after, dice);
    }
    // Between comments not everything is certain.
    let least = if matches!(layout, Layout::Commented) { tried * 8 / 10 } else { tried };
    assert!(tried > rounds / 2 && done >= least, "{layout:?}: {done} of {tried} in {rounds}");
}

#[test]
fn what_a_formatter_has_printed_stays_as_it_prints_it() {
    for (indent, newline) in [("  ", "\n"), ("    ", "\n"), ("\t", "\n"), (" ", "\n"), ("  ", "\r\n"), ("\t", "\r\n")] {
        let layout = Layout::Pretty(indent, newline);
        each(layout, PLAIN, 4000, |text, change, changed, after, dice| {
            // What has no line break is not known to be printed by such a formatter.
            if text.contains('\n') {
                assert_eq!(changed, print(after, layout, dice), "{change:?}\n{text}");
            }
        });
    }
}

#[test]
fn what_is_on_one_line_stays_on_it_with_its_spacing() {
    for (colon, comma) in [(":", ","), (": ", ", "), (" : ", " , "), (":", ", "), (": ", ",")] {
        let layout = Layout::Line(colon, comma);
        each(layout, ODD, 4000, |text, change, changed, after, dice| {
            assert!(!changed.contains('\n'), "{change:?}\n{text}\n{changed}");
            let usual = comma == (if colon.len() > 1 { ", " } else { "," });
            // Only objects of two members tell of unusual commas.
            if usual && text.contains(colon) {
                assert_eq!(changed, print(after, layout, dice), "{change:?}\n{text}");
            }
        });
    }
}

#[test]
fn any_layout_is_edited_without_loss() {
    for (layout, scalars) in [(Layout::Random, PLAIN), (Layout::Random, ODD), (Layout::Commented, ODD)] {
        each(layout, scalars, 20_000, |text, change, changed, after, _| {
            if matches!(layout, Layout::Random) {
                let read: Json = serde_json::from_str(changed).unwrap_or_else(|error| panic!("{error}\n{changed}"));
                assert_eq!(read, serde_json::to_value(after).unwrap());
            }
            // Every comment is still there, unless it was on the line of what went.
            if !matches!(change, Change::Remove { .. } | Change::Set { .. }) {
                for comment in ["// one, two", "/* , \"{ */", "/* a\n  b */"] {
                    let count = |text: &str| text.matches(comment).count();
                    assert!(count(text) <= count(changed), "{change:?}\n{text}\n{changed}");
                }
            }
        });
    }
}

#[test]
fn members_that_go_together_leave_no_trace_either() {
    for (indent, newline) in [("  ", "\n"), ("\t", "\r\n")] {
        let layout = Layout::Pretty(indent, newline);
        each_of(random_changes, layout, PLAIN, 8000, |text, change, changed, after, dice| {
            assert_eq!(changed, print(after, layout, dice), "{change:?}\n{text}");
        });
    }
    for layout in [Layout::Line(":", ","), Layout::Line(": ", ", "), Layout::Random, Layout::Commented] {
        each_of(random_changes, layout, ODD, 8000, |_, _, _, _, _| ());
    }
}
