//! `carousel-cards`: cards of one carousel that do not fit together.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::form::Document;
use crate::tree::{Kind, Node};

pub static RULE: Rule = Rule {
    name: "carousel-cards",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[],
    source: "Meta's pages on carousel messages and carousel templates",
    page: include_str!("carousel_cards.md"),
    visit: Some(visit),
    code: None,
    say: |finding, _, text| {
        let Args::Case(case) = finding.args else { return };
        let (message, help) = match case {
            "order" => (
                "the card's index is not its place in the list; Cloud API takes cards numbered from 0, in order",
                "number the cards 0, 1, 2 … as they stand",
            ),
            "repeated" => (
                "another card of the carousel has the same index; Cloud API takes each index once, from 0",
                "number the cards 0, 1, 2 …",
            ),
            "header" => (
                "the card's header is of another type than that of the first card; Cloud API takes one type for all cards",
                "give all cards an image, or all a video",
            ),
            "buttons" => (
                "the card's buttons differ from those of the first card in kind or number; Cloud API takes the same on all cards",
                "give all cards the same kind and number of buttons",
            ),
            "catalog" => (
                "the card's product is of another catalog than that of the first card; Cloud API takes one catalog for all cards",
                "send the products of each catalog in a carousel of their own",
            ),
            _ => (
                "the card has other components than the first card; in a carousel template all cards have the same",
                "compare with the template: each card takes the parameters of the same components",
            ),
        };
        text.set(message, help);
    },
};

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    for action in visit.each(|anatomy| &anatomy.actions) {
        if let Some(cards) = cards_of(action) {
            in_order(visit, &cards);
            alike(visit, &cards, "header", header, same_word);
            let before = visit.findings.len();
            alike(visit, &cards, "buttons", |card| card.get("action"), same_buttons);
            for finding in &mut visit.findings[before..] {
                // SDKs show cards that differ in this.
                finding.confidence = Confidence::Medium;
            }
            alike(visit, &cards, "catalog", |card| card.path(&["action", "catalog_id"]), same_word);
        }
    }
    for components in visit.each(|anatomy| &anatomy.components) {
        for cards in components.items().filter_map(cards_of) {
            once(visit, &cards);
            let before = visit.findings.len();
            alike(visit, &cards, "components", |card| card.get("components"), same_components);
            for finding in &mut visit.findings[before..] {
                // A card without parameters for a component may leave it out.
                (finding.severity, finding.confidence) = (Severity::Warning, Confidence::Low);
            }
        }
    }
}

/// The cards below `holder`, when what stands there is known to the last.
fn cards_of(holder: Node<'_>) -> Option<Vec<Node<'_>>> {
    let list = holder.get("cards").filter(|cards| cards.kind() == Kind::Array && !cards.is_open())?;
    list.items().all(|card| card.is_object()).then(|| list.items().collect())
}

/// The index of a card; one that no card can have is the schema's matter.
fn index(card: Node<'_>) -> Option<(Node<'_>, i64)> {
    let node = card.get("card_index")?;
    let index = node.as_i64().or_else(|| node.as_str()?.parse().ok())?;
    (0..10).contains(&index).then_some((node, index))
}

/// What kind of header a card has; one that no card can have is the schema's matter.
fn header<'a>(card: &Node<'a>) -> Option<Node<'a>> {
    let kind = card.path(&["header", "type"])?;
    kind.as_str().filter(|word| ["image", "video"].iter().any(|known| known.eq_ignore_ascii_case(word))).and(Some(kind))
}

/// The first card that is not where its index says.
fn in_order(visit: &mut Visit<'_>, cards: &[Node<'_>]) {
    let mut indexes = (0..).zip(cards).filter_map(|(place, card)| Some((place, index(*card)?)));
    if let Some((_, (node, _))) = indexes.find(|(place, (_, index))| place != index) {
        visit.report(&RULE, Place::value(node), Args::Case("order"), None);
    }
}

fn once(visit: &mut Visit<'_>, cards: &[Node<'_>]) {
    let mut seen: Vec<(Node<'_>, i64)> = Vec::new();
    for (node, index) in cards.iter().filter_map(|card| index(*card)) {
        match seen.iter().find(|(_, other)| *other == index) {
            Some((first, _)) => {
                let first = Place::value(*first);
                visit.report(&RULE, Place::value(node), Args::Case("repeated"), None).related.push(first);
            }
            None => seen.push((node, index)),
        }
    }
}

/// Reports each card of which the part that `part` finds is not the `same` as that of the first card that has one.
fn alike<'a>(
    visit: &mut Visit<'a>,
    cards: &[Node<'a>],
    case: &'static str,
    part: impl Fn(&Node<'a>) -> Option<Node<'a>>,
    same: impl Fn(Node<'a>, Node<'a>) -> bool,
) {
    let mut parts = cards.iter().filter_map(part);
    let Some(first) = parts.next() else { return };
    for other in parts.filter(|other| !same(first, *other)) {
        visit.report(&RULE, Place::value(other), Args::Case(case), None).related.push(Place::value(first));
    }
}

/// Whether two texts are the same, whatever their letter case, or may be. An empty one is another rule's matter.
fn same_word(one: Node<'_>, other: Node<'_>) -> bool {
    match (one.as_str(), other.as_str()) {
        (Some(a), Some(b)) => {
            let open = one.has_hole() || other.has_hole() || a.is_empty() || b.is_empty();
            open || a.eq_ignore_ascii_case(b)
        }
        _ => true,
    }
}

/// Whether two actions have the same button, or as many quick replies.
fn same_buttons(one: Node<'_>, other: Node<'_>) -> bool {
    let closed = |action: Node<'_>| action.is_object() && !action.is_open();
    match (one.get("buttons"), other.get("buttons")) {
        (Some(a), Some(b)) => {
            let known = |list: Node<'_>| {
                list.kind() == Kind::Array && !list.is_open() && list.items().all(|item| item.is_object())
            };
            a.count() == b.count() || !known(a) || !known(b)
        }
        (None, None) => true,
        _ => !closed(one) || !closed(other),
    }
}

/// Whether two cards have components of the same types.
fn same_components(one: Node<'_>, other: Node<'_>) -> bool {
    let types = |list: Node<'_>| {
        let known = list.kind() == Kind::Array && !list.is_open();
        let word = |component: Node<'_>, name: &str| match component.get(name) {
            None => Some(String::new()),
            Some(word) => word.as_str().filter(|_| !word.has_hole()).map(str::to_ascii_lowercase),
        };
        let mut types: Vec<(String, String)> = list
            .items()
            .map(|component| Some((word(component, "type")?, word(component, "sub_type")?)))
            .collect::<Option<_>>()
            .filter(|_| known)?;
        types.sort_unstable();
        Some(types)
    };
    match (types(one), types(other)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}
