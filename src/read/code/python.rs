//! Python: which role each kind of node has.

use std::borrow::Cow;

use tree_sitter::Node;

use super::role::{
    Argument, Arm, Call, Entry, Escapes, Field, Function, Item, Key, Object, Part, Role, Type, child_of_kind, children,
    field, function, parts, text_of,
};

pub(super) fn role<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let both = |left: &str, right: &str| Some((field(node, left)?, field(node, right)?));
    let only = || children(node).into_iter().next();
    match node.kind() {
        "string" => Role::Text(string(node, source)),
        "concatenated_string" => Role::Join(children(node)),
        "integer" | "float" => Role::Number,
        "true" => Role::True,
        "false" => Role::False,
        "none" => Role::Null,
        "dictionary" => Role::Object(dictionary(node)),
        "list" | "tuple" | "set" | "pattern_list" | "tuple_pattern" | "list_pattern" | "expression_list" => {
            Role::List(children(node).into_iter().map(item).collect())
        }
        "dict_pattern" => Role::Object(mapping(node)),
        "dotted_name" => match children(node).as_slice() {
            [one] => Role::Name(text_of(*one, source)),
            _ => Role::Other,
        },
        "identifier" => Role::Name(text_of(node, source)),
        "attribute" => match both("object", "attribute") {
            Some((of, name)) => attribute(of, name, source),
            None => Role::Other,
        },
        "subscript" => match both("value", "subscript") {
            Some((_, index)) if index.kind() == "slice" => field(node, "value").map_or(Role::Other, Role::Same),
            Some((of, key)) => Role::Member { of, key: Key::Value(key) },
            None => Role::Other,
        },
        "call" => match typed_dict(node, source) {
            Some(declared) => Role::Type(declared),
            None => call(node, source),
        },
        "comparison_operator" => comparison(node),
        "binary_operator" => match (both("left", "right"), field(node, "operator").map(|node| node.kind())) {
            (Some((left, right)), Some("+")) => Role::Join(vec![left, right]),
            (Some((template, values)), Some("%")) => Role::Format(template, vec![values]),
            // `base | {…}` of two dictionaries.
            (Some((left, right)), Some("|")) => {
                Role::Object(Object { entries: vec![Entry::Spread(left), Entry::Spread(right)], of_type: None })
            }
            _ => Role::Other,
        },
        "boolean_operator" => match both("left", "right") {
            Some((left, right)) => Role::Either(vec![left, right]),
            None => Role::Other,
        },
        "conditional_expression" => {
            let parts = children(node);
            match parts.as_slice() {
                [one, condition, other] => Role::Either(vec![*one, *other, *condition]),
                _ => Role::Other,
            }
        }
        "parenthesized_expression" | "await" | "type" | "case_pattern" | "expression_statement" | "interpolation" => {
            match children(node).as_slice() {
                [one] => Role::Same(*one),
                [one, ..] if node.kind() == "interpolation" => Role::Same(*one),
                _ => Role::Other,
            }
        }
        "assignment" | "augmented_assignment" => match both("left", "right") {
            Some((target, value)) if node.kind() == "assignment" || is_merge(node) => Role::Assign { target, value },
            _ => Role::Other,
        },
        "named_expression" => match both("name", "value") {
            Some((target, value)) => Role::Assign { target, value },
            None => Role::Other,
        },
        "as_pattern" => match children(node).as_slice() {
            [value, target] => Role::Assign { target: *target, value: *value },
            _ => Role::Other,
        },
        "as_pattern_target" => only().map_or(Role::Other, Role::Same),
        "function_definition" => Role::Function(parameters(function(node), source)),
        "lambda" => Role::Function(parameters(Function { is_expression: true, ..function(node) }, source)),
        "class_definition" => Role::Type(class(node, source)),
        "match_statement" => Role::Switch { subject: field(node, "subject"), arms: arms(node) },
        "for_statement" | "for_in_clause" => match both("left", "right") {
            Some((pattern, of)) => {
                let rest = ["body", "alternative"].iter().filter_map(|name| field(node, name)).collect();
                Role::Each { pattern, of, rest }
            }
            None => Role::Other,
        },
        "list_comprehension" | "set_comprehension" | "generator_expression" | "dictionary_comprehension" => {
            comprehension(node)
        }
        "return_statement" | "yield" => only().map_or(Role::Nothing, Role::Return),
        "if_statement" | "elif_clause" | "else_clause" | "try_statement" | "except_clause" | "while_statement" => {
            Role::Branch
        }
        "comment" => Role::Comment,
        "import_statement" | "import_from_statement" | "future_import_statement" => Role::Nothing,
        _ => Role::Other,
    }
}

/// The parts of a string; its prefix says whether it has escapes and values.
fn string<'t>(node: Node<'t>, source: &'t str) -> Vec<Part<'t>> {
    let (Some(start), Some(end)) = (child_of_kind(node, "string_start"), child_of_kind(node, "string_end")) else {
        return Vec::new();
    };
    let open = text_of(start, source);
    let prefix = open.trim_end_matches(['"', '\'']);
    let has = |letter: char| prefix.contains([letter, letter.to_ascii_uppercase()]);
    let escapes = match (has('r'), has('f')) {
        (true, _) => Escapes::Raw,
        (false, true) => Escapes::DoubledBraces,
        (false, false) if open.ends_with('"') => Escapes::Double,
        (false, false) => Escapes::Single,
    };
    parts(node, start.end_byte()..end.start_byte(), escapes, &["interpolation"])
}

fn dictionary(node: Node<'_>) -> Object<'_> {
    let entries = children(node).into_iter().filter_map(|child| match child.kind() {
        "pair" => Some(Entry::Pair(Key::Value(field(child, "key")?), field(child, "value")?)),
        "dictionary_splat" => children(child).first().map(|of| Entry::Spread(*of)),
        _ => None,
    });
    Object { entries: entries.collect(), of_type: None }
}

/// A pattern such as `{"messages": [first, *_]}`.
fn mapping(node: Node<'_>) -> Object<'_> {
    let (mut keys, mut values) = (node.walk(), node.walk());
    let keys = node.children_by_field_name("key", &mut keys);
    let pairs = keys.zip(node.children_by_field_name("value", &mut values));
    Object { entries: pairs.map(|(key, value)| Entry::Pair(Key::Value(key), value)).collect(), of_type: None }
}

/// The fields of `TypedDict("Message", {"from": str})`.
fn typed_dict<'t>(node: Node<'t>, source: &'t str) -> Option<Type<'t>> {
    field(node, "function").filter(|name| text_of(*name, source).ends_with("TypedDict"))?;
    let fields = child_of_kind(field(node, "arguments")?, "dictionary")?;
    let declared = |pair: Node<'t>| {
        let (at, of_type) = (field(pair, "key")?, field(pair, "value"));
        let name = Cow::Borrowed(text_of(at, source).trim_matches(['"', '\'']));
        Some(Field { name, wire: None, at, of_type, value: None })
    };
    let name = node.parent().filter(|parent| parent.kind() == "assignment").and_then(|parent| field(parent, "left"));
    Some(Type { name, fields: children(fields).into_iter().filter_map(declared).collect(), rest: Vec::new() })
}

fn item(node: Node<'_>) -> Item<'_> {
    if node.kind() == "case_pattern"
        && let Some(rest) = child_of_kind(node, "splat_pattern")
    {
        return Item::Spread(children(rest).first().copied().unwrap_or(rest));
    }
    match node.kind() {
        "list_splat" | "list_splat_pattern" | "splat_pattern" => {
            children(node).first().map_or(Item::One(node), |of| Item::Spread(*of))
        }
        _ => Item::One(node),
    }
}

/// A member; of the object at hand a name like any other.
fn attribute<'t>(of: Node<'t>, name: Node<'t>, source: &'t str) -> Role<'t> {
    let text = text_of(name, source);
    if matches!(text_of(of, source), "self" | "cls") {
        return Role::Name(text);
    }
    Role::Member { of, key: Key::Named(Cow::Borrowed(text), name) }
}

fn call<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let Some(callee) = field(node, "function") else { return Role::Other };
    let arguments = field(node, "arguments");
    let arguments =
        arguments.into_iter().flat_map(|list| if list.kind() == "argument_list" { children(list) } else { vec![list] });
    let arguments = arguments.map(|argument| match (field(argument, "name"), field(argument, "value")) {
        (Some(name), Some(value)) if argument.kind() == "keyword_argument" => {
            Argument { name: Some(text_of(name, source)), value }
        }
        _ => Argument { name: None, value: argument },
    });
    let arguments: Vec<Argument<'t>> = arguments.collect();
    let (receiver, name) = match callee.kind() {
        "attribute" => (field(callee, "object"), field(callee, "attribute")),
        "identifier" => (None, Some(callee)),
        _ => (Some(callee), None),
    };
    if receiver.is_none() && name.is_some_and(|name| text_of(name, source) == "dict") {
        let entry = |argument: &Argument<'t>| match argument.name {
            Some(name) => {
                let at = argument.value.parent().and_then(|pair| field(pair, "name")).unwrap_or(argument.value);
                Entry::Pair(Key::Named(Cow::Borrowed(name), at), argument.value)
            }
            None => Entry::Spread(match argument.value.kind() {
                "dictionary_splat" => children(argument.value).first().copied().unwrap_or(argument.value),
                _ => argument.value,
            }),
        };
        return Role::Object(Object { entries: arguments.iter().map(entry).collect(), of_type: None });
    }
    let makes = callee.kind() == "identifier" && text_of(callee, source).starts_with(|c: char| c.is_ascii_uppercase());
    Role::Call(Call { receiver, name, arguments, makes })
}

fn comparison(node: Node<'_>) -> Role<'_> {
    let mut cursor = node.walk();
    let operators: Vec<&str> = node.children_by_field_name("operators", &mut cursor).map(|node| node.kind()).collect();
    let word = operators.join(" ");
    match (children(node).as_slice(), word.as_str()) {
        ([item, of], "in" | "not in") => Role::Among { item: *item, of: *of },
        ([left, right], "==" | "!=" | "is" | "is not") => Role::Compare(*left, *right),
        _ => Role::Other,
    }
}

fn is_merge(node: Node<'_>) -> bool {
    field(node, "operator").is_some_and(|operator| operator.kind() == "|=")
}

fn parameters<'t>(mut function: Function<'t>, source: &str) -> Function<'t> {
    // Calls do not give it.
    function.parameters.retain(|parameter| !matches!(text_of(*parameter, source), "self" | "cls"));
    for parameter in &mut function.parameters {
        let inner = match parameter.kind() {
            "default_parameter" | "typed_default_parameter" => field(*parameter, "name"),
            "typed_parameter" => children(*parameter).into_iter().next(),
            _ => None,
        };
        *parameter = inner.unwrap_or(*parameter);
    }
    function
}

/// A class with its fields: what is assigned or declared right in its body.
fn class<'t>(node: Node<'t>, source: &'t str) -> Type<'t> {
    let (mut fields, mut rest) = (Vec::new(), Vec::new());
    for statement in field(node, "body").map(children).unwrap_or_default() {
        let assignment = children(statement).into_iter().next().filter(|child| child.kind() == "assignment");
        let declared = assignment.and_then(|assignment| {
            let at = field(assignment, "left").filter(|left| left.kind() == "identifier")?;
            let value = field(assignment, "right");
            let wire = value.and_then(|value| alias(value, source));
            let of_type = field(assignment, "type").or(value);
            Some(Field { name: Cow::Borrowed(text_of(at, source)), wire, at, of_type, value })
        });
        match declared {
            Some(declared) => fields.push(declared),
            None => rest.push(statement),
        }
    }
    Type { name: field(node, "name"), fields, rest }
}

/// The name on the wire in `Field(alias="…")` and its kin.
fn alias<'t>(value: Node<'t>, source: &'t str) -> Option<Cow<'t, str>> {
    let arguments = field(value, "arguments")?;
    let named = children(arguments).into_iter().find(|argument| {
        field(*argument, "name")
            .is_some_and(|name| matches!(text_of(name, source), "alias" | "data_key" | "source" | "validation_alias"))
    })?;
    let text = field(named, "value").filter(|value| value.kind() == "string")?;
    child_of_kind(text, "string_content").map(|content| Cow::Borrowed(text_of(content, source)))
}

fn arms(node: Node<'_>) -> Vec<Arm<'_>> {
    let cases = field(node, "body").map(children).unwrap_or_default();
    let cases = cases.into_iter().filter(|case| case.kind() == "case_clause");
    let pattern = |child: &Node<'_>| child.kind() == "case_pattern";
    cases
        .map(|case| {
            let (patterns, body): (Vec<_>, Vec<_>) = children(case).into_iter().partition(pattern);
            // `case _` is for what is left.
            let patterns = patterns.into_iter().filter(|pattern| pattern.named_child_count() > 0);
            Arm { values: patterns.flat_map(alternatives).collect(), body }
        })
        .collect()
}

/// A comprehension: the loops first, then what is made of each item.
fn comprehension(node: Node<'_>) -> Role<'_> {
    let parts = children(node);
    let Some(clause) = parts.iter().find(|part| part.kind() == "for_in_clause") else { return Role::Other };
    match (field(*clause, "left"), field(*clause, "right")) {
        (Some(pattern), Some(of)) => {
            let others = parts.iter().filter(|part| part.id() != clause.id());
            let (clauses, bodies): (Vec<Node<'_>>, Vec<Node<'_>>) =
                others.partition(|part| matches!(part.kind(), "for_in_clause" | "if_clause"));
            Role::Each { pattern, of, rest: clauses.into_iter().chain(bodies).collect() }
        }
        _ => Role::Other,
    }
}

/// The patterns of which one has to fit.
fn alternatives(pattern: Node<'_>) -> Vec<Node<'_>> {
    match children(pattern).first() {
        Some(union) if union.kind() == "union_pattern" => children(*union),
        _ => vec![pattern],
    }
}
