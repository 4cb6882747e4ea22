//! JavaScript, TypeScript and TSX: which role each kind of node has.

use std::borrow::Cow;

use tree_sitter::Node;

use super::role::{
    Argument, Arm, Call, Entry, Escapes, Field, Function, Item, Key, Object, Role, Type, child_of_kind, children,
    field, function, quoted, text_of,
};

#[expect(clippy::too_many_lines, reason = "one line a kind of node, as in a table")]
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
            Some((of, name)) if of.kind() == "this" || matches!(text_of(of, source), "self" | "that" | "_this") => {
                Role::Name(text_of(name, source))
            }
            Some((of, name)) => Role::Member { of, key: Key::Named(Cow::Borrowed(text_of(name, source)), name) },
            None => Role::Other,
        },
        "subscript_expression" => match both("object", "index") {
            Some((of, key)) => Role::Member { of, key: Key::Value(key) },
            None => Role::Other,
        },
        "call_expression" => match schema(node, source) {
            Some(declared) => Role::Type(declared),
            None => call(node, field(node, "function"), false),
        },
        "new_expression" => call(node, field(node, "constructor"), true),
        "binary_expression" => match (both("left", "right"), field(node, "operator").map(|node| node.kind())) {
            (Some((left, right)), Some("==" | "===" | "!=" | "!==")) => Role::Compare(left, right),
            (Some((item, of)), Some("in")) => Role::Among { item, of },
            (Some((left, right)), Some("+")) => Role::Join(vec![left, right]),
            (Some((left, right)), Some("||" | "??")) => Role::Either(vec![left, right]),
            (Some((condition, value)), Some("&&")) => choice(condition, vec![value], Vec::new()),
            _ => Role::Other,
        },
        "ternary_expression" => match both("consequence", "alternative") {
            Some((one, other)) => choice(field(node, "condition").unwrap_or(one), vec![one], vec![other]),
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
        "enum_declaration" => match both("name", "body") {
            Some((target, value)) => Role::Assign { target, value },
            None => Role::Other,
        },
        "enum_body" => Role::Object(enumeration(node, source)),
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
        "type_alias_declaration" => {
            let value = field(node, "value");
            let body = value.filter(|value| value.kind() == "object_type");
            let mut whole = declared(node, field(node, "name"), body, source);
            // `Base & { type: "text" }`, and one of several.
            for part in value.filter(|_| body.is_none()).map(alternatives).unwrap_or_default() {
                if part.kind() == "object_type" {
                    let part = declared(part, None, Some(part), source);
                    whole.fields.extend(part.fields);
                    whole.rest.clear();
                }
            }
            Role::Type(whole)
        }
        "interface_declaration" | "class_declaration" | "class" => {
            Role::Type(declared(node, field(node, "name"), field(node, "body"), source))
        }
        "switch_statement" => Role::Switch { subject: field(node, "value"), arms: arms(node) },
        "for_in_statement" => match both("left", "right") {
            Some((pattern, of)) => Role::Each { pattern, of, rest: field(node, "body").into_iter().collect() },
            None => Role::Other,
        },
        "return_statement" => only().map_or(Role::Nothing, Role::Return),
        "if_statement" | "else_clause" | "try_statement" | "catch_clause" | "while_statement" | "for_statement"
        | "do_statement" => Role::Branch,
        "comment" | "html_comment" => Role::Comment,
        "import_statement" | "regex" | "type_annotation" | "type_parameters" => Role::Nothing,
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
                let wire = children(member).into_iter().find_map(|child| wire(child, source));
                fields.push(Field { name: Cow::Borrowed(text), wire, at, of_type, value });
                rest.extend(children(member).into_iter().filter(|child| child.kind() == "decorator"));
            }
            _ => rest.push(member),
        }
    }
    Type { name, fields, rest }
}

/// The name on the wire in `@Expose({ name: "wa_id" })` and its kin.
fn wire<'t>(node: Node<'t>, source: &'t str) -> Option<Cow<'t, str>> {
    let call =
        Some(node).filter(|node| node.kind() == "decorator").and_then(|node| child_of_kind(node, "call_expression"))?;
    let named = field(call, "function").is_some_and(|name| {
        matches!(text_of(name, source), "Expose" | "ApiProperty" | "Prop" | "JsonProperty" | "SerializedName" | "Field")
    });
    let first = field(call, "arguments").filter(|_| named).and_then(|list| children(list).into_iter().next())?;
    let is_name = |pair: &Node<'t>| field(*pair, "key").is_some_and(|key| text_of(key, source) == "name");
    let text = match first.kind() {
        "object" => field(children(first).into_iter().find(is_name)?, "value")?,
        _ => first,
    };
    child_of_kind(text, "string_fragment").map(|text| Cow::Borrowed(text_of(text, source)))
}

/// What one thing or the other is, as a condition says.
fn choice<'t>(condition: Node<'t>, one: Vec<Node<'t>>, other: Vec<Node<'t>>) -> Role<'t> {
    let mut arms = vec![Arm { values: vec![condition], body: one }];
    arms.extend(Some(other).filter(|other| !other.is_empty()).map(|body| Arm { values: Vec::new(), body }));
    Role::Switch { subject: None, arms }
}

/// The members of an enumeration and their values.
fn enumeration<'t>(node: Node<'t>, source: &'t str) -> Object<'t> {
    let member = |child: Node<'t>| Some(Entry::Pair(key(field(child, "name")?, source), field(child, "value")?));
    let members = children(node).into_iter().filter(|child| child.kind() == "enum_assignment");
    Object { entries: members.filter_map(member).collect(), of_type: None }
}

/// The shape that `z.object({ … })` and its kin declare.
fn schema<'t>(node: Node<'t>, source: &'t str) -> Option<Type<'t>> {
    let callee = field(node, "function").filter(|callee| callee.kind() == "member_expression")?;
    let library = text_of(field(callee, "object")?, source);
    let maker = text_of(field(callee, "property")?, source);
    let is_maker = matches!(library, "z" | "zod" | "Joi" | "joi" | "yup" | "Yup" | "v" | "t" | "Type")
        && matches!(maker, "object" | "Object" | "strictObject" | "looseObject" | "type" | "partial" | "interface");
    let shape = field(node, "arguments").filter(|_| is_maker).and_then(|list| child_of_kind(list, "object"))?;
    let member = |pair: Node<'t>| {
        let (at, of_type) = (field(pair, "key")?, field(pair, "value"));
        let name = Cow::Borrowed(text_of(at, source).trim_matches(['"', '\'']));
        Some(Field { name, wire: None, at, of_type, value: None })
    };
    let pairs = children(shape).into_iter().filter(|child| child.kind() == "pair");
    let rest = children(shape).into_iter().filter(|child| child.kind() == "spread_element").collect();
    Some(Type { name: variable(node), fields: pairs.filter_map(member).collect(), rest })
}

/// The variable that is given a value, or what methods make of it.
fn variable(node: Node<'_>) -> Option<Node<'_>> {
    let mut up = node.parent()?;
    while matches!(up.kind(), "member_expression" | "call_expression" | "satisfies_expression" | "as_expression") {
        up = up.parent()?;
    }
    Some(up).filter(|up| up.kind() == "variable_declarator").and_then(|up| field(up, "name"))
}

/// The types of a union, from the first to the last.
fn alternatives(node: Node<'_>) -> Vec<Node<'_>> {
    let (mut found, mut rest) = (Vec::new(), vec![node]);
    while let Some(next) = rest.pop() {
        if next == node || matches!(next.kind(), "union_type" | "intersection_type") {
            rest.extend(children(next).into_iter().rev());
        } else {
            found.push(next);
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
