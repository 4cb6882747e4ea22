//! PHP: which role each kind of node has.

use std::borrow::Cow;
use std::ops::Range;

use tree_sitter::Node;

use super::role::{
    Argument, Arm, Call, Entry, Escapes, Field, Function, Item, Key, Object, Part, Role, Type, child_of_kind, children,
    field, function, quoted, text_of,
};

pub(super) fn role<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let both = |left: &str, right: &str| Some((field(node, left)?, field(node, right)?));
    let only = || children(node).into_iter().next();
    match node.kind() {
        "string" => {
            let text = text_of(node, source);
            quoted(node, text.find('\'').map_or(1, |at| at + 1), 1, Escapes::Few, &[])
        }
        "encapsed_string" => {
            let (range, text) = (node.byte_range(), text_of(node, source));
            let start = range.start + text.find('"').map_or(1, |at| at + 1);
            Role::Text(encapsed(node, start..range.end.saturating_sub(1).max(start), true, source))
        }
        "heredoc" => Role::Text(match field(node, "value") {
            Some(body) => encapsed(body, body.byte_range(), false, source),
            None => Vec::new(),
        }),
        "nowdoc" => Role::Text(match field(node, "value") {
            Some(body) => vec![Part::Spelt(body.byte_range(), Escapes::Raw)],
            None => Vec::new(),
        }),
        "integer" | "float" => Role::Number,
        "unary_op_expression" => match field(node, "argument").map(|argument| argument.kind()) {
            Some("integer" | "float") => Role::Number,
            _ => Role::Other,
        },
        "boolean" if text_of(node, source).eq_ignore_ascii_case("true") => Role::True,
        "boolean" => Role::False,
        "null" => Role::Null,
        "array_creation_expression" => array(node, source),
        "list_literal" => destructured(node, source),
        "string_content" => Role::Name(text_of(node, source)),
        "variable_name" => Role::Name(text_of(node, source).trim_start_matches('$')),
        "name" | "qualified_name" => Role::Name(last_name(text_of(node, source))),
        "member_access_expression" | "nullsafe_member_access_expression" => match both("object", "name") {
            // `Kind::Voice->value`
            Some((of, name)) if of.kind() == "class_constant_access_expression" && text_of(name, source) == "value" => {
                Role::Same(of)
            }
            Some((of, name)) if text_of(of, source) == "$this" && name.kind() == "name" => {
                Role::Name(text_of(name, source))
            }
            Some((of, name)) => Role::Member { of, key: member_key(name, source) },
            None => Role::Other,
        },
        "scoped_property_access_expression" => field(node, "name").map_or(Role::Other, Role::Same),
        "class_constant_access_expression" => match children(node).as_slice() {
            [_, name] if name.kind() == "name" => Role::Name(text_of(*name, source)),
            _ => Role::Other,
        },
        "subscript_expression" => match (children(node).as_slice(), node.child(1)) {
            ([of, key], _) => Role::Member { of: *of, key: Key::Value(*key) },
            // `$items[] = …`: the bracket stands for the key that there is not.
            ([of], Some(bracket)) => Role::Member { of: *of, key: Key::Value(bracket) },
            _ => Role::Other,
        },
        "function_call_expression" => match field(node, "function") {
            Some(callee) if matches!(callee.kind(), "name" | "qualified_name" | "relative_name") => {
                call(node, None, Some(last_child(callee)), false, source)
            }
            callee => call(node, callee, None, false, source),
        },
        "member_call_expression" | "nullsafe_member_call_expression" => {
            method(node, field(node, "object"), field(node, "name"), source)
        }
        "scoped_call_expression" => method(node, field(node, "scope"), field(node, "name"), source),
        "object_creation_expression" => match only() {
            Some(class) if last_name(text_of(class, source)) == "stdClass" => Role::Object(Object::default()),
            Some(class) if matches!(class.kind(), "name" | "qualified_name" | "relative_name") => {
                call(node, None, Some(last_child(class)), true, source)
            }
            _ => Role::Other,
        },
        "binary_expression" => match (both("left", "right"), field(node, "operator").map(|node| node.kind())) {
            (Some((left, right)), Some("==" | "===" | "!=" | "!==" | "<>")) => Role::Compare(left, right),
            (Some((left, right)), Some(".")) => Role::Join(vec![left, right]),
            (Some((left, right)), Some("??" | "||" | "&&" | "or" | "and")) => Role::Either(vec![left, right]),
            (Some((left, right)), Some("+")) if is_array(left) || is_array(right) => Role::Object(union(left, right)),
            _ => Role::Other,
        },
        "conditional_expression" => {
            let nodes = ["body", "alternative", "condition"].iter().filter_map(|name| field(node, name));
            Role::Either(nodes.collect())
        }
        "parenthesized_expression"
        | "expression_statement"
        | "error_suppression_expression"
        | "by_ref"
        | "argument"
        | "clone_expression"
        | "throw_expression"
        | "dynamic_variable_name" => children(node).into_iter().next_back().map_or(Role::Other, Role::Same),
        "cast_expression" => field(node, "value").map_or(Role::Other, Role::Same),
        _ => statement(node, source),
    }
}

/// The role of what declares or does something.
fn statement<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let both = |left: &str, right: &str| Some((field(node, left)?, field(node, right)?));
    let only = || children(node).into_iter().next();
    match node.kind() {
        "assignment_expression" | "reference_assignment_expression" => match both("left", "right") {
            Some((target, value)) => Role::Assign { target, value },
            None => Role::Other,
        },
        "augmented_assignment_expression" => match (both("left", "right"), field(node, "operator")) {
            (Some((target, value)), Some(operator)) => match operator.kind() {
                "??=" => Role::Assign { target, value },
                ".=" => Role::Extend { target, value },
                "+=" if is_array(value) => Role::Extend { target, value },
                _ => Role::Other,
            },
            _ => Role::Other,
        },
        "const_element" => match children(node).as_slice() {
            [target, value] => Role::Assign { target: *target, value: *value },
            _ => Role::Nothing,
        },
        "enum_case" | "static_variable_declaration" => match both("name", "value") {
            Some((target, value)) => Role::Assign { target, value },
            None => Role::Nothing,
        },
        "simple_parameter" | "property_promotion_parameter" | "variadic_parameter" => {
            match (field(node, "name"), field(node, "default_value")) {
                (Some(target), Some(value)) => Role::Assign { target, value },
                (Some(name), None) => Role::Same(name),
                _ => Role::Nothing,
            }
        }
        "function_definition" | "method_declaration" | "anonymous_function" => Role::Function(function(node)),
        "arrow_function" => Role::Function(Function { is_expression: true, ..function(node) }),
        "class_declaration" | "trait_declaration" | "interface_declaration" | "anonymous_class" => {
            Role::Type(class(node, source))
        }
        "enum_declaration" => {
            let rest = field(node, "body").map(all_children).unwrap_or_default();
            Role::Type(Type { name: field(node, "name"), fields: Vec::new(), rest })
        }
        "match_expression" | "switch_statement" => Role::Switch { subject: field(node, "condition"), arms: arms(node) },
        "foreach_statement" => foreach(node),
        "return_statement" => only().map_or(Role::Nothing, Role::Return),
        "if_statement" | "else_clause" | "else_if_clause" | "try_statement" | "catch_clause" | "while_statement"
        | "for_statement" | "do_statement" => Role::Branch,
        "comment" => Role::Comment,
        "namespace_definition"
        | "namespace_use_declaration"
        | "use_declaration"
        | "attribute_list"
        | "base_clause"
        | "class_interface_clause"
        | "shell_command_expression"
        | "named_type"
        | "type_list"
        | "text_interpolation"
        | "global_declaration"
        | "relative_scope" => {
            // The rest of a file may stand in its namespace.
            field(node, "body").map_or(Role::Nothing, Role::Same)
        }
        _ => Role::Other,
    }
}

/// A name without its namespace.
fn last_name(name: &str) -> &str {
    name.rsplit('\\').next().unwrap_or(name)
}

/// The last part of a name with a namespace.
fn last_child(name: Node<'_>) -> Node<'_> {
    children(name).into_iter().next_back().unwrap_or(name)
}

fn all_children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// The parts of a text with values in it: `$name`, `{$name->from}`.
fn encapsed<'t>(node: Node<'t>, inside: Range<usize>, is_quoted: bool, source: &'t str) -> Vec<Part<'t>> {
    let mut cursor = node.walk();
    let all: Vec<Node<'t>> = node.children(&mut cursor).collect();
    let mut parts = Vec::new();
    let mut at = inside.start;
    let spell = |parts: &mut Vec<Part<'t>>, range: Range<usize>, escapes| {
        if range.start < range.end {
            parts.push(Part::Spelt(range, escapes));
        }
    };
    for (index, child) in all.iter().enumerate() {
        let range = child.byte_range();
        let kind = |index: usize| all.get(index).map(Node::kind);
        if !child.is_named() || range.start < at {
            continue;
        }
        match child.kind() {
            // A quotation mark needs no escape where it is no end.
            "escape_sequence" if !is_quoted && text_of(*child, source) == "\\\"" => {
                spell(&mut parts, at..range.start, Escapes::Double);
                spell(&mut parts, range.clone(), Escapes::Raw);
                at = range.end;
            }
            "string_content" | "escape_sequence" => {}
            _ => {
                let braces = index > 0 && kind(index - 1) == Some("{") && kind(index + 1) == Some("}");
                let (start, end) = if braces { (range.start - 1, range.end + 1) } else { (range.start, range.end) };
                spell(&mut parts, at..start, Escapes::Double);
                parts.push(Part::Hole(*child));
                at = end;
            }
        }
    }
    spell(&mut parts, at..inside.end, Escapes::Double);
    parts
}

fn is_array(node: Node<'_>) -> bool {
    node.kind() == "array_creation_expression"
}

/// What `$one + $other` has: what is in both is that of the first.
fn union<'t>(one: Node<'t>, other: Node<'t>) -> Object<'t> {
    Object { entries: vec![Entry::Spread(other), Entry::Spread(one)], of_type: None }
}

/// An array: an object when any item has a key.
fn array<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let items = children(node).into_iter().filter(|item| item.kind() == "array_element_initializer");
    let items: Vec<Vec<Node<'t>>> = items.map(children).collect();
    let spread =
        |item: &Node<'t>| (item.kind() == "variadic_unpacking").then(|| children(*item).into_iter().next()).flatten();
    if items.iter().any(|item| item.len() == 2) {
        let entries = items.iter().filter_map(|item| match item.as_slice() {
            [key, value] => Some(Entry::Pair(array_key(*key, source), *value)),
            [item] => Some(Entry::Spread(spread(item).unwrap_or(*item))),
            _ => None,
        });
        return Role::Object(Object { entries: entries.collect(), of_type: None });
    }
    let items = items.iter().filter_map(|item| item.first());
    Role::List(items.map(|item| spread(item).map_or(Item::One(*item), Item::Spread)).collect())
}

/// A key; a constant such as `CURLOPT_URL` goes by its name.
fn array_key<'t>(key: Node<'t>, source: &'t str) -> Key<'t> {
    let text = text_of(key, source);
    if key.kind() == "name" && text.contains('_') {
        return Key::Named(Cow::Borrowed(text), key);
    }
    let option = text.strip_prefix("RequestOptions::").filter(|_| key.kind() == "class_constant_access_expression");
    option.map_or(Key::Value(key), |option| Key::Named(Cow::Owned(option.to_ascii_lowercase()), key))
}

/// `[$first, $second]` and `['from' => $from]` in place of a variable.
fn destructured<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let mut cursor = node.walk();
    let all: Vec<Node<'t>> = node.children(&mut cursor).collect();
    let (mut entries, mut items) = (Vec::new(), Vec::new());
    let mut at = 0;
    let mut empty = true;
    while let Some(child) = all.get(at) {
        let arrow = all.get(at + 1).is_some_and(|next| next.kind() == "=>");
        if let Some(target) = all.get(at + 2).filter(|_| arrow) {
            entries.push(Entry::Pair(array_key(*child, source), *target));
            at += 2;
            empty = false;
        } else if child.kind() == "," {
            // The comma stands for the item that is left out.
            if empty {
                items.push(Item::One(*child));
            }
            empty = true;
        } else if child.is_named() && !child.is_extra() {
            items.push(Item::One(*child));
            empty = false;
        }
        at += 1;
    }
    if entries.is_empty() { Role::List(items) } else { Role::Object(Object { entries, of_type: None }) }
}

fn member_key<'t>(name: Node<'t>, source: &'t str) -> Key<'t> {
    match name.kind() {
        "name" => Key::Named(Cow::Borrowed(text_of(name, source)), name),
        _ => Key::Value(name),
    }
}

/// A call of a method; one whose name is put together at run time is looked at for its name.
fn method<'t>(node: Node<'t>, of: Option<Node<'t>>, name: Option<Node<'t>>, source: &'t str) -> Role<'t> {
    match name {
        Some(name) if name.kind() == "name" => {
            let of = of.filter(|of| of.kind() != "relative_scope");
            call(node, of, Some(name), false, source)
        }
        name => call(node, name, None, false, source),
    }
}

fn call<'t>(
    node: Node<'t>,
    receiver: Option<Node<'t>>,
    name: Option<Node<'t>>,
    makes: bool,
    source: &'t str,
) -> Role<'t> {
    let list = field(node, "arguments").or_else(|| child_of_kind(node, "arguments"));
    let given = list.map(children).unwrap_or_default();
    let arguments = given.into_iter().filter(|argument| argument.kind() == "argument");
    let arguments = arguments.filter_map(|argument| {
        let name = field(argument, "name").map(|name| text_of(name, source));
        let value = children(argument).into_iter().next_back()?;
        let spread = (value.kind() == "variadic_unpacking").then(|| children(value).into_iter().next()).flatten();
        Some(Argument { name, value: spread.unwrap_or(value) })
    });
    let arguments: Vec<Argument<'t>> = arguments.collect();
    // `define('BASE', '…')`
    if let ([constant, value], Some("define")) = (arguments.as_slice(), name.map(|name| text_of(name, source)))
        && receiver.is_none()
        && let Some(target) = child_of_kind(constant.value, "string_content")
    {
        return Role::Assign { target, value: value.value };
    }
    Role::Call(Call { receiver, name, arguments, makes })
}

fn foreach(node: Node<'_>) -> Role<'_> {
    let body = field(node, "body");
    let parts = children(node).into_iter().filter(|part| Some(part.id()) != body.map(|body| body.id()));
    match parts.collect::<Vec<_>>().as_slice() {
        [of, pattern] => {
            let value = if pattern.kind() == "pair" { children(*pattern).into_iter().next_back() } else { None };
            Role::Each { pattern: value.unwrap_or(*pattern), of: *of, rest: body.into_iter().collect() }
        }
        _ => Role::Branch,
    }
}

fn arms<'t>(node: Node<'t>) -> Vec<Arm<'t>> {
    let all = field(node, "body").map(children).unwrap_or_default();
    let arm = |case: Node<'t>| {
        let values = match field(case, "conditional_expressions") {
            Some(list) => children(list),
            None => field(case, "value").into_iter().collect(),
        };
        let is_body = |part: &Node<'t>| values.iter().all(|value| value.id() != part.id());
        let body = field(case, "return_expression").map(|body| vec![body]);
        let body = body.unwrap_or_else(|| all_children(case).into_iter().filter(is_body).collect());
        Arm { values, body }
    };
    let all = all.into_iter().filter(|case| {
        matches!(
            case.kind(),
            "case_statement" | "default_statement" | "match_conditional_expression" | "match_default_expression"
        )
    });
    all.map(arm).collect()
}

/// A class with its properties, also those that its constructor declares.
fn class<'t>(node: Node<'t>, source: &'t str) -> Type<'t> {
    let (mut fields, mut rest) = (Vec::new(), Vec::new());
    let mut comment = None;
    for member in field(node, "body").map(all_children).unwrap_or_default() {
        if member.kind() == "property_declaration" {
            let elements = children(member).into_iter().filter(|part| part.kind() == "property_element");
            for declared in elements {
                let Some(name) = field(declared, "name") else { continue };
                let value = field(declared, "default_value");
                fields.push(property(member, name, value, comment, source));
            }
        } else {
            let parameters = field(member, "parameters").map(children).unwrap_or_default();
            for promoted in parameters.into_iter().filter(|it| it.kind() == "property_promotion_parameter") {
                if let Some(name) = field(promoted, "name") {
                    fields.push(property(promoted, name, None, None, source));
                }
            }
            rest.push(member);
        }
        comment = Some(member).filter(|member| member.kind() == "comment");
    }
    Type { name: field(node, "name"), fields, rest }
}

fn property<'t>(
    declared: Node<'t>,
    name: Node<'t>,
    value: Option<Node<'t>>,
    comment: Option<Node<'t>>,
    source: &'t str,
) -> Field<'t> {
    let text = text_of(name, source).trim_start_matches('$');
    let said = field(declared, "attributes").map(|attributes| text_of(attributes, source));
    let said = said.or_else(|| comment.map(|comment| text_of(comment, source)));
    Field { name: Cow::Borrowed(text), wire: said.and_then(wire), at: name, of_type: field(declared, "type"), value }
}

/// The name on the wire in `#[SerializedName('…')]`, `@SerializedName("…")` and their kin.
fn wire(said: &str) -> Option<Cow<'_, str>> {
    const MARKS: [&str; 7] =
        ["SerializedName(", "MapInputName(", "MapOutputName(", "MapName(", "MapFrom(", "JsonProperty(", "JsonKey("];
    let after = MARKS.iter().find_map(|mark| said.find(mark).and_then(|at| said.get(at + mark.len()..)))?;
    let end = after.find(')')?;
    let start = after.get(..end)?.find(['\'', '"'])?;
    let quote = after.get(start..)?.chars().next()?;
    let text = after.get(start + 1..)?;
    text.split(quote).next().map(Cow::Borrowed)
}
