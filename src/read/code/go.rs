//! Go: which role each kind of node has.

use std::borrow::Cow;

use tree_sitter::Node;

use super::role::{
    Argument, Arm, Call, Entry, Escapes, Field, Function, Item, Key, Object, Role, Type, child_of_kind, children,
    field, function, quoted, snake, text_of,
};

/// How far back the start of a method is looked for, in bytes.
const LOOK_BACK: usize = 4096;
/// Words in the names of functions that fill in what they are given the address of.
const FILLS_IN: [&str; 7] = ["decode", "unmarshal", "bind", "parse", "readjson", "fromjson", "setresult"];

pub(super) fn role<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let both = |left: &str, right: &str| Some((field(node, left)?, field(node, right)?));
    let same = |name: &str| field(node, name).map_or(Role::Other, Role::Same);
    let only = || children(node).into_iter().next();
    match node.kind() {
        "interpreted_string_literal" => quoted(node, 1, 1, Escapes::Double, &[]),
        "raw_string_literal" => quoted(node, 1, 1, Escapes::Raw, &[]),
        "int_literal" | "float_literal" => Role::Number,
        "true" => Role::True,
        "false" => Role::False,
        "nil" => Role::Null,
        "identifier" => Role::Name(text_of(node, source)),
        "selector_expression" => match both("operand", "field") {
            Some((of, name)) => selector(of, name, source),
            None => Role::Other,
        },
        "index_expression" => match both("operand", "index") {
            Some((of, key)) => Role::Member { of, key: Key::Value(key) },
            None => Role::Other,
        },
        "slice_expression" | "type_assertion_expression" | "type_conversion_expression" => same("operand"),
        "unary_expression" => match field(node, "operator").map(|node| node.kind()) {
            Some("&" | "*" | "<-") => same("operand"),
            _ => Role::Other,
        },
        "parenthesized_expression" | "expression_statement" | "literal_element" | "variadic_argument" => {
            only().map_or(Role::Other, Role::Same)
        }
        "expression_list" => match children(node).as_slice() {
            [one] => Role::Same(*one),
            all if node.parent().is_some_and(|parent| parent.kind() == "return_statement") => {
                Role::Either(all.to_vec())
            }
            all => Role::List(all.iter().map(|one| Item::One(*one)).collect()),
        },
        "composite_literal" => match both("type", "body") {
            Some((of_type, body)) => composite(Some(of_type), body, source),
            None => Role::Other,
        },
        "literal_value" => composite(type_of(node, 0), node, source),
        "call_expression" => call(node, source),
        "binary_expression" => match (both("left", "right"), field(node, "operator").map(|node| node.kind())) {
            (Some((left, right)), Some("==" | "!=")) => Role::Compare(left, right),
            (Some((left, right)), Some("+")) => Role::Join(vec![left, right]),
            _ => Role::Other,
        },
        "short_var_declaration" | "assignment_statement" => match both("left", "right") {
            Some((left, right)) if field(node, "operator").is_none_or(|operator| operator.kind() == "=") => {
                assign(left, right)
            }
            _ => Role::Other,
        },
        "const_spec" | "var_spec" => match both("name", "value") {
            Some((target, value)) => Role::Assign { target, value },
            None => match both("name", "type") {
                Some((target, value)) if is_filled_in(target, source) => Role::Assign { target, value },
                Some((_, of_type)) => Role::Same(of_type),
                None => Role::Nothing,
            },
        },
        "type_identifier" | "qualified_type" => {
            Role::Object(Object { entries: Vec::new(), of_type: Some(type_name(node, source)) })
        }
        "function_declaration" | "method_declaration" | "func_literal" => Role::Function(parameters(function(node))),
        "type_spec" | "type_alias" => match both("name", "type") {
            Some((name, of_type)) if of_type.kind() == "struct_type" => {
                Role::Type(structure(Some(name), of_type, source))
            }
            _ => same("type"),
        },
        "struct_type" => Role::Type(structure(None, node, source)),
        "expression_switch_statement" => Role::Switch { subject: subject(node, source), arms: arms(node, None) },
        "type_switch_statement" => {
            let alias = field(node, "alias").and_then(|alias| children(alias).into_iter().next());
            Role::Switch { subject: field(node, "value"), arms: arms(node, alias) }
        }
        "for_statement" => each(node).unwrap_or(Role::Branch),
        "return_statement" => only().map_or(Role::Nothing, Role::Return),
        "if_statement" | "select_statement" | "communication_case" => Role::Branch,
        "comment" => Role::Comment,
        "package_clause" | "import_declaration" | "label_name" | "blank_identifier" | "rune_literal"
        | "field_identifier" => Role::Nothing,
        _ => Role::Other,
    }
}

/// A field of a value; a name of a package, or of the object at hand, is one like any other.
fn selector<'t>(of: Node<'t>, name: Node<'t>, source: &'t str) -> Role<'t> {
    let (holder, text) = (text_of(of, source), text_of(name, source));
    if of.kind() == "identifier" && (receiver(of.start_byte(), source) == Some(holder) || is_package(holder, source)) {
        return Role::Name(text);
    }
    Role::Member { of, key: Key::Named(wire(text), name) }
}

/// The name that a field has when nothing else is said: only those in upper case are sent.
fn wire(name: &str) -> Cow<'_, str> {
    if name.starts_with(char::is_uppercase) { Cow::Owned(snake(name)) } else { Cow::Borrowed(name) }
}

/// The name of the receiver of the method around an offset.
fn receiver(at: usize, source: &str) -> Option<&str> {
    let from = (at.saturating_sub(LOOK_BACK)..=at).find(|from| source.is_char_boundary(*from))?;
    let head = source.get(from..at)?;
    let rest = &head[head.rfind("\nfunc ")? + "\nfunc ".len()..];
    rest.strip_prefix('(')?.split([' ', ')']).next()
}

/// Whether a name is that of a package that is imported.
fn is_package(name: &str, source: &str) -> bool {
    let Some(start) = source.find("\nimport ") else { return false };
    let rest = &source[start..];
    let end = if rest.starts_with("\nimport (") { rest.find("\n)") } else { rest[1..].find("\n\n") };
    let imports = &rest[..end.unwrap_or(rest.len())];
    imports.match_indices(name).any(|(at, _)| {
        let (before, after) = (&imports[..at], &imports[at + name.len()..]);
        before.ends_with(['"', '/']) && after.starts_with(['"', '/'])
            || before.ends_with(['\t', ' ']) && after.starts_with(" \"")
    })
}

/// A literal of a type: an object or a list.
fn composite<'t>(of_type: Option<Node<'t>>, body: Node<'t>, source: &'t str) -> Role<'t> {
    let elements = children(body);
    let keyed = elements.iter().any(|element| element.kind() == "keyed_element");
    let kind = of_type.map_or("", |of_type| of_type.kind());
    let named = matches!(kind, "type_identifier" | "qualified_type" | "generic_type");
    // The values of all fields, in order.
    let plain = |element: &Node<'t>| {
        element.named_child(0).is_some_and(|value| !matches!(value.kind(), "literal_value" | "composite_literal"))
    };
    if let (Some(of_type), true) = (of_type, named && !keyed && elements.iter().any(plain)) {
        let arguments = elements.into_iter().map(|value| Argument { name: None, value }).collect();
        return Role::Call(Call { receiver: None, name: Some(of_type), arguments, makes: true });
    }
    let is_list = matches!(kind, "slice_type" | "array_type" | "implicit_length_array_type")
        || !keyed && !elements.is_empty() && kind != "struct_type" && kind != "map_type";
    if is_list {
        let item = |element: Node<'t>| match element.kind() {
            "keyed_element" => field(element, "value").map(Item::One),
            _ => Some(Item::One(element)),
        };
        return Role::List(elements.into_iter().filter_map(item).collect());
    }
    let entry = |element: Node<'t>| match (field(element, "key"), field(element, "value")) {
        (Some(key), Some(value)) => {
            let key = children(key).into_iter().next().unwrap_or(key);
            let is_field = key.kind() == "identifier" && kind != "map_type";
            Some(Entry::Pair(
                if is_field { Key::Named(wire(text_of(key, source)), key) } else { Key::Value(key) },
                value,
            ))
        }
        _ => Some(Entry::Spread(element)),
    };
    let entries: Vec<Entry<'t>> = elements.into_iter().filter_map(entry).collect();
    let fields = entries.iter().all(|entry| matches!(entry, Entry::Pair(Key::Named(..), _)));
    // `gin.H{…}` and its kin are maps.
    let of_type = of_type.filter(|_| named && fields).map(|of_type| type_name(of_type, source));
    Role::Object(Object { entries, of_type: of_type.filter(|name| !matches!(*name, "H" | "M" | "Map")) })
}

/// The name of a type, without its package.
fn type_name<'t>(of_type: Node<'t>, source: &'t str) -> &'t str {
    let inner = match of_type.kind() {
        "qualified_type" => field(of_type, "name"),
        "generic_type" => field(of_type, "type").filter(|inner| inner.kind() == "type_identifier"),
        _ => None,
    };
    text_of(inner.unwrap_or(of_type), source)
}

/// The type of a literal that leaves it out, which is that of the items of the one around.
fn type_of(literal: Node<'_>, depth: usize) -> Option<Node<'_>> {
    let mut around = literal.parent()?;
    if around.kind() == "composite_literal" {
        return field(around, "type");
    }
    while matches!(around.kind(), "literal_element" | "keyed_element") {
        around = around.parent()?;
    }
    if around.kind() != "literal_value" || depth > 8 {
        return None;
    }
    let whole = type_of(around, depth + 1)?;
    let item = field(whole, if whole.kind() == "map_type" { "value" } else { "element" })?;
    if item.kind() == "pointer_type" { children(item).into_iter().next() } else { Some(item) }
}

fn call<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let Some(callee) = field(node, "function") else { return Role::Other };
    let values: Vec<Node<'t>> = field(node, "arguments").map(children).unwrap_or_default();
    let (receiver, name) = match callee.kind() {
        "selector_expression" => (field(callee, "operand"), field(callee, "field")),
        "identifier" => (None, Some(callee)),
        "parenthesized_expression" if values.len() == 1 => return Role::Same(values[0]),
        _ => (Some(callee), None),
    };
    let word = name.map(|name| text_of(name, source)).unwrap_or_default();
    match (receiver, word, values.as_slice()) {
        (None, "make" | "new", [of_type, ..]) => return made(*of_type, source),
        (Some(receiver), _, [target]) if fills_in(word, *target) => {
            return Role::Assign { target: *target, value: receiver };
        }
        (_, _, [.., value, target]) if fills_in(word, *target) => {
            return Role::Assign { target: *target, value: *value };
        }
        _ => {}
    }
    // Functions of these do something with their arguments, as those of the file do.
    let receiver = receiver.filter(|of| match text_of(*of, source) {
        "url" | "path" | "filepath" => !is_package(text_of(*of, source), source),
        "strings" | "bytes" => word == "Join",
        _ => true,
    });
    let arguments = values.into_iter().map(|value| Argument { name: None, value }).collect();
    Role::Call(Call { receiver, name, arguments, makes: false })
}

/// What `make` and `new` give.
fn made<'t>(of_type: Node<'t>, source: &'t str) -> Role<'t> {
    match of_type.kind() {
        "slice_type" => Role::List(Vec::new()),
        "map_type" => Role::Object(Object::default()),
        "type_identifier" | "qualified_type" | "identifier" | "selector_expression" => {
            let name = text_of(of_type, source);
            let name = name.rsplit('.').next().unwrap_or(name);
            Role::Object(Object { entries: Vec::new(), of_type: Some(name) })
        }
        _ => Role::Nothing,
    }
}

/// Whether a function of this name fills in its last argument.
fn fills_in(name: &str, argument: Node<'_>) -> bool {
    let name = name.to_ascii_lowercase();
    let address = argument.kind() == "unary_expression"
        && field(argument, "operator").is_some_and(|operator| operator.kind() == "&")
        && field(argument, "operand").is_some_and(|of| matches!(of.kind(), "identifier" | "selector_expression"));
    let always = argument.kind() == "identifier"
        && (matches!(name.as_str(), "decode" | "unmarshal" | "bodyparser") || name.contains("bind"));
    always || address && FILLS_IN.iter().any(|word| name.contains(word))
}

/// Values that variables are given; of several that a call gives back the first is the one that counts.
fn assign<'t>(left: Node<'t>, right: Node<'t>) -> Role<'t> {
    match (children(left).as_slice(), children(right).as_slice()) {
        ([target, ..], [value]) => Role::Assign { target: *target, value: *value },
        _ => Role::Assign { target: left, value: right },
    }
}

fn parameters(mut function: Function<'_>) -> Function<'_> {
    let names = |parameter: Node<'_>| {
        let mut cursor = parameter.walk();
        parameter.children_by_field_name("name", &mut cursor).map(|name| name.id()).collect::<Vec<_>>()
    };
    let parameters = function.parameters.iter().flat_map(|parameter| {
        let names = names(*parameter);
        children(*parameter).into_iter().filter(move |child| names.contains(&child.id()))
    });
    function.parameters = parameters.collect();
    function
}

/// A struct with its fields and their names on the wire; those of a type without a field name are its own.
fn structure<'t>(name: Option<Node<'t>>, of_type: Node<'t>, source: &'t str) -> Type<'t> {
    let mut fields = Vec::new();
    let list = child_of_kind(of_type, "field_declaration_list");
    for declared in list.map(children).unwrap_or_default() {
        let tag = field(declared, "tag").map(|tag| text_of(tag, source)).unwrap_or_default();
        let wire = tagged(tag);
        if wire == Some("-") {
            continue;
        }
        let of_type = field(declared, "type");
        let mut cursor = declared.walk();
        let names: Vec<Node<'t>> = declared.children_by_field_name("name", &mut cursor).collect();
        for at in &names {
            let name = Cow::Borrowed(text_of(*at, source));
            fields.push(Field { name, wire: wire.map(Cow::Borrowed), at: *at, of_type, value: None });
        }
        if let (Some(at), true) = (of_type, names.is_empty()) {
            let name = Cow::Borrowed(type_name(at, source));
            fields.push(Field { name, wire: Some(Cow::Borrowed(wire.unwrap_or_default())), at, of_type, value: None });
        }
    }
    Type { name, fields, rest: Vec::new() }
}

/// The name on the wire that a tag says.
fn tagged(tag: &str) -> Option<&str> {
    ["json:\"", "mapstructure:\"", "form:\"", "bson:\""].into_iter().find_map(|kind| {
        let rest = &tag[tag.find(kind)? + kind.len()..];
        rest.split(['"', ',']).next().filter(|name| !name.is_empty())
    })
}

fn each(node: Node<'_>) -> Option<Role<'_>> {
    let range = child_of_kind(node, "range_clause")?;
    let pattern = field(range, "left").filter(|left| left.named_child_count() > 1)?;
    Some(Role::Each { pattern, of: field(range, "right")?, rest: field(node, "body").into_iter().collect() })
}

/// What a switch looks at: `switch kind := message.Type; kind { … }` at what is named there.
fn subject<'t>(node: Node<'t>, source: &'t str) -> Option<Node<'t>> {
    let value = field(node, "value");
    let names = |declared: &Node<'t>| {
        let left = field(*declared, "left").map(|left| text_of(left, source));
        left.is_some() && left == value.map(|value| text_of(value, source))
    };
    field(node, "initializer").filter(names).or(value)
}

/// Whether the fields of a variable are given values right after it is declared.
fn is_filled_in(name: Node<'_>, source: &str) -> bool {
    let rest = source.get(name.end_byte()..).unwrap_or_default();
    let name = text_of(name, source);
    let lines = rest.lines().skip(1).take(40).take_while(|line| !line.starts_with('}'));
    let mut fields = lines.filter_map(|line| line.trim_start().strip_prefix(name)?.strip_prefix('.'));
    fields.any(|line| line.split_once(" = ").is_some_and(|(field, _)| !field.contains([' ', '('])))
}

/// The cases of a switch; in one by type each has the value under another name.
fn arms<'t>(node: Node<'t>, alias: Option<Node<'t>>) -> Vec<Arm<'t>> {
    let cases = children(node).into_iter().filter(|child| child.kind().ends_with("_case"));
    let arm = |case: Node<'t>| {
        let list = field(case, "value");
        let values = list.map(children).unwrap_or_default().into_iter().chain(alias);
        let body = children(case).into_iter().filter(|child| child.kind() == "statement_list");
        Arm { values: values.collect(), body: body.collect() }
    };
    cases.map(arm).collect()
}
