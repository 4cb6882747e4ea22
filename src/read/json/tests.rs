use super::*;

fn strict(text: &str) -> Result<(), (Fault, usize)> {
    parse(text, Dialect::Strict, &mut Tree::new(), &mut Vec::new()).map_err(|e| (e.kind, e.offset))
}

fn noticed(text: &str) -> Vec<NoticeKind> {
    let (mut tree, mut notices) = (Tree::new(), Vec::new());
    parse(text, Dialect::Lenient, &mut tree, &mut notices).expect(text);
    notices.iter().map(|notice| notice.kind).collect()
}

#[test]
fn strict_reading_names_what_is_wrong_and_where() {
    for (text, fault, offset) in [
        ("", Fault::Empty, 0),
        ("  ", Fault::Empty, 2),
        ("{", Fault::UnexpectedEnd, 1),
        (r#"{"a""#, Fault::UnexpectedEnd, 4),
        (r#"{"a" 1}"#, Fault::ExpectedColon, 5),
        (r#"{"a":1 "b":2}"#, Fault::ExpectedCommaOrBrace, 7),
        ("[1 2]", Fault::ExpectedCommaOrBracket, 3),
        ("[1,]", Fault::ExpectedValue, 3),
        (r#"{"a":1,}"#, Fault::ExpectedKey, 7),
        ("{a:1}", Fault::ExpectedKey, 1),
        ("NaN", Fault::InvalidLiteral, 0),
        ("nulll", Fault::InvalidLiteral, 0),
        ("01", Fault::InvalidNumber, 1),
        ("1.", Fault::InvalidNumber, 2),
        (r#""\x""#, Fault::InvalidEscape, 1),
        (r#""\u12"#, Fault::InvalidEscape, 1),
        (r#""\ud83d x""#, Fault::LoneSurrogate, 1),
        ("\"a\nb\"", Fault::ControlCharacter, 2),
        (r#""abc"#, Fault::UnterminatedString, 4),
        ("{} x", Fault::TrailingContent, 3),
        ("[1]]", Fault::TrailingContent, 3),
    ] {
        assert_eq!(strict(text), Err((fault, offset)), "{text}");
    }
}

#[test]
fn nesting_is_bounded_without_touching_the_stack() {
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert_eq!(strict(&deep(MAX_DEPTH)), Ok(()));
    assert_eq!(strict(&deep(MAX_DEPTH + 1)), Err((Fault::TooDeep, MAX_DEPTH)));
    assert_eq!(strict(&deep(100_000)), Err((Fault::TooDeep, MAX_DEPTH)));
}

#[test]
fn lenient_reading_notices_each_deviation() {
    assert_eq!(noticed("{\"a\": 1, // one\n}"), [NoticeKind::Comment, NoticeKind::TrailingComma]);
    assert_eq!(noticed("[1, /* x */ 2,]"), [NoticeKind::Comment, NoticeKind::TrailingComma]);
    assert_eq!(noticed("\u{feff}{}"), [NoticeKind::ByteOrderMark]);
    assert_eq!(noticed(r#"["\ud83d"]"#), [NoticeKind::LoneSurrogate]);
    assert_eq!(noticed("[\"a\tb\"]"), [NoticeKind::ControlCharacter]);
    assert_eq!(noticed("{\"to\": {{phone}}, \"n\": ${n}, \"x\": <X>, {{#if a}} \"b\": 1 {{/if}} }").len(), 5);
}

#[test]
fn a_placeholder_value_is_a_hole_and_a_placeholder_member_opens_the_object() {
    let text = r#"{"to": {{phone}}, {{rest}} }"#;
    let (mut tree, mut notices) = (Tree::new(), Vec::new());
    read(text, &mut tree, &mut notices).expect("lenient");
    let root = tree.root(text).expect("root");
    assert!(root.is_open());
    assert_eq!(root.get("to").map(|n| n.kind()), Some(Kind::Hole));
}

#[test]
fn tags_around_items_open_the_list() {
    for text in [
        r#"[{{#each a}} {"b": 1}{{#unless @last}},{{/unless}} {{/each}}]"#,
        r#"[{% for b in a %}{"b": 1},{% endfor %}{"b": 2}]"#,
        r#"[{"b": 1} <% if x %>, {"b": 2} <% end %>]"#,
    ] {
        let (mut tree, mut notices) = (Tree::new(), Vec::new());
        read(text, &mut tree, &mut notices).expect("lenient");
        let root = tree.root(text).expect("root");
        assert!(root.is_open() && root.items().any(|item| item.get("b").is_some()), "{text}");
    }
    let (mut tree, mut notices) = (Tree::new(), Vec::new());
    let text = "[{{a}}, {{b}}]";
    read(text, &mut tree, &mut notices).expect("lenient");
    let root = tree.root(text).expect("root");
    assert!(!root.is_open() && root.count() == 2, "placeholders for items are items");
}

#[test]
fn escapes_and_duplicates_are_kept() {
    let text = r#"{"a":"\u00e9\ud83d\ude00\n","a":12345678901234567890}"#;
    let (mut tree, mut notices) = (Tree::new(), Vec::new());
    read(text, &mut tree, &mut notices).expect("strict");
    let root = tree.root(text).expect("root");
    let values: Vec<_> = root.members().map(|(_, value)| value.text().to_owned()).collect();
    assert_eq!(values, ["é😀\n", "12345678901234567890"]);
    assert_eq!(root.count(), 2);
}

#[test]
fn keys_are_found_whatever_they_have_in_common_with_others() {
    for (text, key, index) in [
        (r#"{"text\u0000":0,"text":1}"#, "text", 1),
        (r#"{"text":0,"te\u0078t":1}"#, "text", 0),
        (r#"{"te\u0078t":0,"text":1}"#, "text", 0),
        (r#"{"":0,"type":1,"to":2,"t":3}"#, "t", 3),
        (r#"{"messages":0,"message":1,"messages_":2}"#, "message", 1),
        (r#"{"messages":0,"message":1,"messages_":2}"#, "messages_", 2),
        // The same first and last bytes and length.
        (r#"{"beginning-1-the-end":0,"beginning-2-the-end":1}"#, "beginning-2-the-end", 1),
    ] {
        let (mut tree, mut notices) = (Tree::new(), Vec::new());
        read(text, &mut tree, &mut notices).expect(text);
        let root = tree.root(text).expect("root");
        assert_eq!(root.get(key).and_then(|value| value.as_i64()), Some(index), "{key} in {text}");
        assert!(root.get("text\0").is_none_or(|value| value.as_i64() == Some(0)), "{text}");
        assert!(root.get("beginning-3-the-end").is_none() && root.get("other").is_none(), "{text}");
    }
}
