//! What is seen of one file per language, in `fixtures/languages/`.

use std::fmt::Write as _;

use super::uses::{Constant, Of, StepKey};
use super::{Language, Uses, read};
use crate::tree::{Kind, Node, Tree};

#[test]
fn each_language_shows_its_payloads_and_uses() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/languages");
    insta::glob!(folder, "*", |path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let Some(language) = extension.and_then(Language::of_extension) else { return };
        let text = std::fs::read_to_string(path).expect("fixture");
        insta::assert_snapshot!(seen(&text, language));
    });
}

/// What is seen of a text, one thing a line, in the order of the lines.
fn seen(text: &str, language: Language) -> String {
    let (mut tree, mut uses) = (Tree::new(), Uses::default());
    read(text, language, crate::project::Project::none(), &mut tree, &mut uses, &mut Vec::new()).expect("code");
    let line = |offset: u32| text[..offset as usize].matches('\n').count() + 1;
    let mut lines = Vec::new();
    for (index, step) in uses.steps.iter().enumerate().filter(|(_, step)| !step.follows) {
        let index = u32::try_from(index).expect("few");
        lines.push((step.span.start, 0, format!("reads {}", way(&uses, Of::Step(index)))));
    }
    for comparison in &uses.comparisons {
        let of = comparison.of.map_or_else(|| comparison.name.clone(), |step| way(&uses, Of::Step(step)));
        lines.push((
            comparison.span.start,
            1,
            format!("compares {of} with {} ({:?})", constant(&comparison.with), comparison.how),
        ));
    }
    for table in &uses.tables {
        let names: Vec<&str> = table.iter().map(|name| name.text.as_str()).collect();
        lines.push((table[0].span.start, 2, format!("table of {}", names.join(", "))));
    }
    for it in uses.texts.iter().filter(|it| it.text.contains("/v1")) {
        let at = it.text.find("/v1").expect("there");
        lines.push((it.place(at).start, 3, format!("address {} ({})", it.text, it.method.unwrap_or("?"))));
    }
    for it in &uses.types {
        let fields: Vec<String> = it.fields.iter().map(|field| format!("{}: {}", field.wire, field.of_type)).collect();
        lines.push((it.span.start, 4, format!("type {} {{ {} }}", it.name, fields.join(", "))));
    }
    for it in uses.functions.iter().filter(|it| !it.name.is_empty()) {
        let adds = if it.adds_product { ", adds messaging_product" } else { "" };
        lines.push((it.span.start, 5, format!("function {}{adds}", it.name)));
    }
    for (id, fate) in &uses.values {
        let node = tree.node(text, *id);
        lines.push((node.span().start, 6, format!("value {} {fate:?}", shown(node))));
    }
    lines.sort();
    lines.dedup();
    let mut out = String::new();
    for (offset, _, what) in lines {
        writeln!(out, "{:3} {what}", line(offset)).expect("memory");
    }
    out
}

fn constant(constant: &Constant) -> &str {
    match constant {
        Constant::Text(text) | Constant::Number(text) => text,
    }
}

fn way(uses: &Uses, of: Of) -> String {
    match of {
        Of::Base(base) => uses.bases[base as usize].name.clone(),
        Of::Step(step) => {
            let step = &uses.steps[step as usize];
            let before = way(uses, step.of);
            match &step.key {
                StepKey::Key(name) => format!("{before}.{name}"),
                StepKey::Index(index) => format!("{before}[{index}]"),
                StepKey::Each => format!("{before}[*]"),
                StepKey::Call(name) => format!("{before}.{name}()"),
            }
        }
    }
}

fn shown(node: Node<'_>) -> String {
    let open = if node.is_open() { ", …" } else { "" };
    match node.kind() {
        Kind::Object => {
            let members = node.members().map(|(key, value)| format!("{}: {}", key.text(), shown(value)));
            format!("{{{}{open}}}", members.collect::<Vec<_>>().join(", "))
        }
        Kind::Array => format!("[{}{open}]", node.items().map(shown).collect::<Vec<_>>().join(", ")),
        Kind::String => match node.inner() {
            Some(inner) => format!("text of {}", shown(inner)),
            None => format!("{:?}", node.text()),
        },
        Kind::Number => node.raw().to_owned(),
        Kind::True => "true".to_owned(),
        Kind::False => "false".to_owned(),
        Kind::Null => "null".to_owned(),
        Kind::Hole => "_".to_owned(),
    }
}

#[cfg(feature = "python")]
#[test]
fn properties_that_follow_upon_each_other_without_end_are_bounded() {
    let text = "x = x['messages']\n".repeat(5000);
    let (mut tree, mut uses) = (Tree::new(), Uses::default());
    read(&text, Language::Python, crate::project::Project::none(), &mut tree, &mut uses, &mut Vec::new())
        .expect("code");
    let longest = (0..uses.steps.len()).map(|step| uses.path(crate::tree::offset(step)).len()).max();
    assert_eq!(longest, Some(200));
}
