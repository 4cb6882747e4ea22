//! JavaScript, TypeScript and TSX: which role each kind of node has.

use std::borrow::Cow;

use tree_sitter::Node;

use super::role::{
    Argument, Arm, Call, Entry, Escapes, Field, Function, Item, Key, Object, Role, Type, child_of_kind, children,
    field, function, quoted, text_of,
};

pub(super) fn role<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let both = |left: &str, right: &str| Some((field(node, left)?, field(node, right)?));
    let only = || children(node).into_iter().next();
    match node.kind() {
        "string" => {
            let single = text_of(node, source).starts_with('\'');
            quoted(node, 1, 1, if single { Escapes::Single } else { Escapes::Double }, &[])
        }
        "template_string" => quoted(node, 1, 1, Escapes::Backtick, &["template_substitution"]),
        "number" => Role::Number,
        "true" => Role::True,
        "false" => Role::False,
        "null" | "undefined" => Role::Null,
        "object" | "object_pattern" => Role::Object(object(node, source)),
        "array" | "array_pattern" => Role::List(children(node).into_iter().map(item).collect()),
        "identifier" | "shorthand_property_identifier" | "shorthand_property_identifier_pattern" => {
            Role::Name(text_of(node, source))
        }
        "member_expression" => match both("object", "property") {
            Some((of, name)) if of.kind() == "this" => Role::Name(text_of(name, source)),
            Some((of, name)) => Role::Member { of, key: Key::Named(Cow::Borrowed(text_of(name, source)), name) },
            None => Role::Other,
        },
        "subscript_expression" => match both("object", "index") {
            Some((of, key)) => Role::Member { of, key: Key::Value(key) },
            None => Role::Other,
        },
        "call_expression" => call(node, field(node, "function"), false),
        "new_expression" => call(node, field(node, "constructor"), true),
        "binary_expression" => match (both("left", "right"), field(node, "operator").map(|node| node.kind())) {
            (Some((left, right)), Some("==" | "===" | "!=" | "!==")) => Role::Compare(left, right),
            (Some((item, of)), Some("in")) => Role::Among { item, of },
            (Some((left, right)), Some("+")) => Role::Join(vec![left, right]),
            (Some((left, right)), Some("||" | "??" | "&&")) => Role::Either(vec![left, right]),
            _ => Role::Other,
        },
        "ternary_expression" => match both("consequence", "alternative") {
            Some((one, other)) => {
                let condition = field(node, "condition");
                Role::Either(condition.into_iter().chain([one, other]).collect())
            }
            None => Role::Other,
        },
        "parenthesized_expression"
        | "await_expression"
        | "non_null_expression"
        | "expression_statement"
        | "template_substitution"
        | "as_expression"
        | "satisfies_expression"
        | "type_assertion" => {
            let inner = if node.kind() == "type_assertion" { children(node).into_iter().next_back() } else { only() };
            inner.map_or(Role::Other, Role::Same)
        }
        "assignment_pattern" | "object_assignment_pattern" => field(node, "left").map_or(Role::Other, Role::Same),
        "assignment_expression" => match both("left", "right") {
            Some((target, value)) => Role::Assign { target, value },
            None => Role::Other,
        },
        "variable_declarator" | "field_definition" | "public_field_definition" => {
            let target = field(node, "name").or_else(|| field(node, "property"));
            match (target, field(node, "value")) {
                (Some(target), Some(value)) => Role::Assign { target, value },
                _ => Role::Nothing,
            }
        }
        "property_identifier" | "private_property_identifier" => Role::Name(text_of(node, source)),
        "function_declaration"
        | "function_expression"
        | "generator_function"
        | "generator_function_declaration"
        | "method_definition" => Role::Function(parameters(function(node))),
        "arrow_function" => {
            let mut arrow = function(node);
            arrow.parameters.extend(field(node, "parameter"));
            arrow.is_expression = arrow.body.iter().all(|body| body.kind() != "statement_block");
            Role::Function(parameters(arrow))
        }
        "union_type" => Role::List(alternatives(node).into_iter().map(Item::One).collect()),
        "literal_type" => only().map_or(Role::Other, Role::Same),
        "object_type" => Role::Type(declared(node, None, Some(node), source)),
        "interface_declaration" => Role::Type(declared(node, field(node, "name"), field(node, "body"), source)),
        "type_alias_declaration" => {
            let body = field(node, "value").filter(|value| value.kind() == "object_type");
            Role::Type(declared(node, field(node, "name"), body, source))
        }
        "class_declaration" | "class" => Role::Type(declared(node, field(node, "name"), field(node, "body"), source)),
        "switch_statement" => Role::Switch { subject: field(node, "value"), arms: arms(node) },
        "for_in_statement" => match both("left", "right") {
            Some((pattern, of)) => Role::Each { pattern, of, rest: field(node, "body").into_iter().collect() },
            None => Role::Other,
        },
        "return_statement" => only().map_or(Role::Nothing, Role::Return),
        "if_statement" | "else_clause" | "try_statement" | "catch_clause" | "while_statement" | "for_statement"
        | "do_statement" => Role::Branch,
        "comment" | "html_comment" => Role::Comment,
        "import_statement" | "regex" | "type_annotation" | "type_arguments" | "type_parameters" => Role::Nothing,
        _ => Role::Other,
    }
}

fn object<'t>(node: Node<'t>, source: &'t str) -> Object<'t> {
    let entry = |child: Node<'t>| match child.kind() {
        "pair" | "pair_pattern" => Some(Entry::Pair(key(field(child, "key")?, source), field(child, "value")?)),
        "shorthand_property_identifier" | "shorthand_property_identifier_pattern" => {
            Some(Entry::Pair(Key::Named(Cow::Borrowed(text_of(child, source)), child), child))
        }
        // `{ statuses = [] }` in a pattern.
        "object_assignment_pattern" => {
            let name = field(child, "left")?;
            Some(Entry::Pair(Key::Named(Cow::Borrowed(text_of(name, source)), name), name))
        }
        "method_definition" => Some(Entry::Pair(key(field(child, "name")?, source), child)),
        "spread_element" | "rest_pattern" => Some(Entry::Spread(children(child).into_iter().next()?)),
        _ => None,
    };
    Object { entries: children(node).into_iter().filter_map(entry).collect(), of_type: None }
}

fn key<'t>(node: Node<'t>, source: &'t str) -> Key<'t> {
    match node.kind() {
        "property_identifier" | "private_property_identifier" => Key::Named(Cow::Borrowed(text_of(node, source)), node),
        "computed_property_name" => Key::Value(children(node).into_iter().next().unwrap_or(node)),
        _ => Key::Value(node),
    }
}

fn item(node: Node<'_>) -> Item<'_> {
    match node.kind() {
        "spread_element" | "rest_pattern" => children(node).first().map_or(Item::One(node), |of| Item::Spread(*of)),
        _ => Item::One(node),
    }
}

fn call<'t>(node: Node<'t>, callee: Option<Node<'t>>, makes: bool) -> Role<'t> {
    let Some(mut callee) = callee else { return Role::Other };
    // `await f<T>(…)`: the grammar takes `await f` for the function.
    while matches!(callee.kind(), "await_expression" | "non_null_expression" | "parenthesized_expression") {
        let Some(inner) = children(callee).into_iter().next() else { break };
        callee = inner;
    }
    let arguments = match field(node, "arguments") {
        Some(list) if list.kind() == "arguments" => children(list),
        other => other.into_iter().collect(),
    };
    let arguments = arguments.into_iter().map(|value| Argument { name: None, value }).collect();
    let (receiver, name) = match callee.kind() {
        "member_expression" => (field(callee, "object"), field(callee, "property")),
        "identifier" | "import" | "super" => (None, Some(callee)),
        _ => (Some(callee), None),
    };
    Role::Call(Call { receiver, name, arguments, makes })
}

fn parameters(mut function: Function<'_>) -> Function<'_> {
    for parameter in &mut function.parameters {
        let inner = match parameter.kind() {
            "required_parameter" | "optional_parameter" => field(*parameter, "pattern"),
            "rest_pattern" => children(*parameter).into_iter().next(),
            _ => None,
        };
        *parameter = inner.unwrap_or(*parameter);
    }
    function
}

/// An interface, an object type or a class: what it declares, and what it does.
fn declared<'t>(node: Node<'t>, name: Option<Node<'t>>, body: Option<Node<'t>>, source: &'t str) -> Type<'t> {
    let (mut fields, mut rest) = (Vec::new(), Vec::new());
    let Some(body) = body else { return Type { name, fields, rest: field(node, "value").into_iter().collect() } };
    for member in children(body) {
        match member.kind() {
            "property_signature" | "public_field_definition" | "field_definition" => {
                let Some(at) = field(member, "name").or_else(|| field(member, "property")) else { continue };
                let text = text_of(at, source).trim_matches(['"', '\'']);
                let of_type = field(member, "type").or_else(|| child_of_kind(member, "type_annotation"));
                let of_type = of_type.map(|node| children(node).into_iter().next().unwrap_or(node));
                let value = field(member, "value");
                fields.push(Field { name: Cow::Borrowed(text), wire: None, at, of_type, value });
            }
            _ => rest.push(member),
        }
    }
    Type { name, fields, rest }
}

/// The types of a union, from the first to the last.
fn alternatives(node: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    for child in children(node) {
        match child.kind() {
            "union_type" => found.extend(alternatives(child)),
            _ => found.push(child),
        }
    }
    found
}

fn arms(node: Node<'_>) -> Vec<Arm<'_>> {
    let cases = field(node, "body").map(children).unwrap_or_default();
    cases.into_iter().filter(|case| case.kind().starts_with("switch_")).map(arm).collect()
}

fn arm(case: Node<'_>) -> Arm<'_> {
    let value = field(case, "value");
    let id = value.map(|value| value.id());
    let body = children(case).into_iter().filter(|child| Some(child.id()) != id).collect();
    Arm { values: value.into_iter().collect(), body }
}
