//! C#: which role each kind of node has.

use std::borrow::Cow;

use tree_sitter::Node;

use super::role::{
    Argument, Arm, Call, Entry, Escapes, Field, Function, Item, Key, Object, Role, Type, child_of_kind, children,
    field, function, parts, quoted, text_of,
};

/// Types of the libraries whose members have any names.
const DICTIONARIES: [&str; 9] = [
    "Dictionary",
    "IDictionary",
    "SortedDictionary",
    "ConcurrentDictionary",
    "JObject",
    "JsonObject",
    "ExpandoObject",
    "RouteValueDictionary",
    "Hashtable",
];

/// Types of the libraries that hold items.
const LISTS: [&str; 9] =
    ["List", "HashSet", "JArray", "JsonArray", "Collection", "SortedSet", "Queue", "Stack", "ArrayList"];

/// Types of requests: what they are filled in with belongs to the call that makes them.
const REQUESTS: [&str; 3] = ["HttpRequestMessage", "RestRequest", "HttpRequest"];

#[expect(clippy::too_many_lines, reason = "one arm for each kind of node")]
pub(super) fn role<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let both = |left: &str, right: &str| Some((field(node, left)?, field(node, right)?));
    let only = || children(node).into_iter().next();
    match node.kind() {
        "string_literal" => {
            let encoding = child_of_kind(node, "string_literal_encoding").map_or(0, |node| node.byte_range().len());
            quoted(node, 1, 1 + encoding, Escapes::Double, &[])
        }
        "verbatim_string_literal" => {
            let encoding = if text_of(node, source).ends_with('"') { 0 } else { 2 };
            quoted(node, 2, 1 + encoding, Escapes::Doubled, &[])
        }
        "raw_string_literal" => match only() {
            Some(start) if start.kind() == "raw_string_start" => {
                let end = child_of_kind(node, "raw_string_end").map_or(node.end_byte(), |end| end.start_byte());
                let start = start.end_byte();
                Role::Text(if start <= end { parts(node, start..end, Escapes::Raw, &[]) } else { Vec::new() })
            }
            _ => Role::Other,
        },
        "interpolated_string_expression" => interpolated(node, source),
        "character_literal" => quoted(node, 1, 1, Escapes::Single, &[]),
        "integer_literal" | "real_literal" => Role::Number,
        "boolean_literal" => match text_of(node, source) {
            "true" => Role::True,
            _ => Role::False,
        },
        "null_literal" => Role::Null,
        "anonymous_object_creation_expression" => Role::Object(anonymous(node, source)),
        "object_creation_expression" | "implicit_object_creation_expression" => creation(node, source),
        "initializer_expression" => initializer(node, source),
        "with_expression" => Role::Object(changed(node, source)),
        "collection_expression" | "tuple_expression" | "list_pattern" | "tuple_pattern" => {
            Role::List(children(node).into_iter().map(item).collect())
        }
        "array_creation_expression" | "implicit_array_creation_expression" => {
            child_of_kind(node, "initializer_expression").map_or(Role::List(Vec::new()), Role::Same)
        }
        "identifier" | "implicit_parameter" => Role::Name(name_of(node, source)),
        "generic_name" => only().map_or(Role::Nothing, |name| Role::Name(name_of(name, source))),
        "declaration_expression" | "declaration_pattern" | "var_pattern" => {
            field(node, "name").map_or(Role::Nothing, Role::Same)
        }
        "member_access_expression" => match both("expression", "name") {
            Some((of, name)) => member(of, name, source),
            None => Role::Other,
        },
        "element_access_expression" => match both("expression", "subscript") {
            Some((of, index)) => element(of, index),
            None => Role::Other,
        },
        "conditional_access_expression" => match (field(node, "condition"), children(node).as_slice()) {
            (Some(of), [.., binding]) if binding.kind() == "element_binding_expression" => element(of, *binding),
            (Some(of), [.., binding]) => match field(*binding, "name") {
                Some(name) => member(of, name, source),
                None => Role::Other,
            },
            _ => Role::Other,
        },
        "invocation_expression" => call(node, source),
        "attribute" => match field(node, "name") {
            Some(name) => {
                let arguments = child_of_kind(node, "attribute_argument_list").map(|list| arguments(list, source));
                Role::Call(Call {
                    receiver: None,
                    name: Some(name),
                    arguments: arguments.unwrap_or_default(),
                    makes: false,
                })
            }
            None => Role::Nothing,
        },
        "binary_expression" => binary(node),
        "is_pattern_expression" => match both("expression", "pattern") {
            Some((subject, pattern)) => {
                Role::Switch { subject: Some(subject), arms: vec![Arm { values: vec![pattern], body: Vec::new() }] }
            }
            None => Role::Other,
        },
        "or_pattern" | "and_pattern" => match both("left", "right") {
            Some((left, right)) => Role::Either(vec![left, right]),
            None => Role::Other,
        },
        "recursive_pattern" => Role::Object(pattern(node, source)),
        "conditional_expression" => match both("consequence", "alternative") {
            Some((one, other)) => {
                let condition = field(node, "condition");
                Role::Either(condition.into_iter().chain([one, other]).collect())
            }
            None => Role::Other,
        },
        "prefix_unary_expression" if text_of(node, source).starts_with('-') => match only() {
            Some(number) if number.kind().ends_with("_literal") => Role::Number,
            _ => Role::Other,
        },
        "prefix_unary_expression" if !text_of(node, source).starts_with('!') => Role::Other,
        "parenthesized_expression"
        | "parenthesized_pattern"
        | "parenthesized_variable_designation"
        | "prefix_unary_expression"
        | "postfix_unary_expression"
        | "await_expression"
        | "expression_statement"
        | "expression_element"
        | "spread_element"
        | "collection_element"
        | "arrow_expression_clause"
        | "constant_pattern"
        | "negated_pattern"
        | "ref_expression"
        | "checked_expression" => only().map_or(Role::Other, Role::Same),
        "argument" | "attribute_argument" => children(node).into_iter().next_back().map_or(Role::Other, Role::Same),
        "interpolation" => {
            let value = children(node).into_iter().find(|child| child.kind() != "interpolation_brace");
            value.map_or(Role::Nothing, Role::Same)
        }
        "cast_expression" => field(node, "value").map_or(Role::Other, Role::Same),
        "as_expression" | "is_expression" => field(node, "left").map_or(Role::Other, Role::Same),
        "assignment_expression" => match both("left", "right") {
            Some((target, value)) if is_plain(node) => Role::Assign { target, value },
            _ => Role::Other,
        },
        "variable_declarator" => match children(node).as_slice() {
            [target, .., value] if value.kind() != "bracketed_argument_list" => {
                Role::Assign { target: *target, value: *value }
            }
            _ => Role::Nothing,
        },
        "property_declaration" => match both("name", "value") {
            Some((target, value)) => Role::Assign { target, value },
            None => field(node, "accessors").map_or(Role::Nothing, Role::Same),
        },
        "method_declaration" | "local_function_statement" | "constructor_declaration" => {
            let mut declared = parameters(function(node));
            // What is said of it may have an address.
            let said = children(node).into_iter().filter(|child| child.kind() == "attribute_list");
            if !declared.is_expression {
                declared.body = said.chain(declared.body).collect();
            }
            Role::Function(declared)
        }
        "lambda_expression" | "anonymous_method_expression" => {
            let mut lambda = function(node);
            lambda.body.extend(child_of_kind(node, "block").filter(|_| field(node, "body").is_none()));
            lambda.is_expression = lambda.body.iter().all(|body| body.kind() != "block");
            if let Some(only) = field(node, "parameters").filter(|only| only.kind() == "implicit_parameter") {
                lambda.parameters = vec![only];
            }
            Role::Function(parameters(lambda))
        }
        "class_declaration" | "struct_declaration" | "record_declaration" | "interface_declaration" => {
            Role::Type(declared(node, source))
        }
        "enum_declaration" => match both("name", "body") {
            Some((target, value)) => Role::Assign { target, value },
            None => Role::Nothing,
        },
        "enum_member_declaration_list" => Role::Object(constants(node, source)),
        "enum_member_declaration" => match field(node, "name") {
            Some(name) => {
                let spelt = wire(node, source).unwrap_or(name);
                let range = spelt.byte_range();
                let quote = usize::from(spelt.kind() == "string_literal");
                Role::Text(parts(spelt, range.start + quote..range.end.saturating_sub(quote), Escapes::Double, &[]))
            }
            None => Role::Nothing,
        },
        "switch_statement" => {
            let sections = field(node, "body").map(children).unwrap_or_default();
            Role::Switch { subject: field(node, "value"), arms: sections.into_iter().map(arm).collect() }
        }
        "switch_expression" => {
            let mut inner = children(node).into_iter();
            Role::Switch { subject: inner.next(), arms: inner.map(arm).collect() }
        }
        "foreach_statement" => match both("left", "right") {
            Some((pattern, of)) => Role::Each { pattern, of, rest: field(node, "body").into_iter().collect() },
            None => Role::Other,
        },
        "query_expression" => query(node),
        "return_statement" | "yield_statement" => only().map_or(Role::Nothing, Role::Return),
        "if_statement" | "while_statement" | "do_statement" | "for_statement" | "try_statement" | "catch_clause" => {
            Role::Branch
        }
        "comment" => Role::Comment,
        "using_directive"
        | "extern_alias_directive"
        | "predefined_type"
        | "implicit_type"
        | "nullable_type"
        | "array_type"
        | "type_argument_list"
        | "type_parameter_list"
        | "base_list"
        | "type_pattern"
        | "discard"
        | "default_expression"
        | "typeof_expression"
        | "modifier"
        | "preproc_arg" => Role::Nothing,
        _ => Role::Other,
    }
}

/// A name without the `@` that lets it be a word of the language.
fn name_of<'t>(node: Node<'t>, source: &'t str) -> &'t str {
    text_of(node, source).trim_start_matches('@')
}

/// The name in `name` or `name<T>`.
fn plain_name(node: Node<'_>) -> Node<'_> {
    match node.kind() {
        "generic_name" => children(node).into_iter().next().unwrap_or(node),
        "qualified_name" | "alias_qualified_name" => field(node, "name").map_or(node, plain_name),
        _ => node,
    }
}

fn interpolated<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let Some(start) = child_of_kind(node, "interpolation_start") else { return Role::Other };
    let mut cursor = node.walk();
    let quotes = node.named_children(&mut cursor).filter(|child| child.kind() == "interpolation_quote");
    let quotes: Vec<Node<'t>> = quotes.collect();
    let (inside, escapes) = match (quotes.as_slice(), text_of(start, source).contains('@')) {
        ([open, .., close], _) => (open.end_byte()..close.start_byte(), Escapes::Raw),
        ([open], _) => (open.end_byte()..node.end_byte(), Escapes::Raw),
        ([], verbatim) => {
            let inside = start.end_byte() + 1..node.end_byte().saturating_sub(1);
            (inside, if verbatim { Escapes::DoubledAll } else { Escapes::DoubledBraces })
        }
    };
    Role::Text(if inside.start <= inside.end { parts(node, inside, escapes, &["interpolation"]) } else { Vec::new() })
}

/// A member; of the object at hand a name like any other.
fn member<'t>(of: Node<'t>, name: Node<'t>, source: &'t str) -> Role<'t> {
    let name = plain_name(name);
    let text = name_of(name, source);
    match (of.kind(), text) {
        ("this" | "base", _) => Role::Name(text),
        // What only leads on to the value.
        (_, "RootElement" | "Result") => Role::Same(of),
        _ => Role::Member { of, key: Key::Named(Cow::Borrowed(text), name) },
    }
}

/// What stands under the first index in brackets.
fn element<'t>(of: Node<'t>, index: Node<'t>) -> Role<'t> {
    match children(index).first() {
        Some(key) => Role::Member { of, key: Key::Value(*key) },
        None => Role::Other,
    }
}

fn item(node: Node<'_>) -> Item<'_> {
    let inner = if node.kind() == "collection_element" { children(node).into_iter().next() } else { Some(node) };
    match inner {
        Some(spread) if spread.kind() == "spread_element" => Item::Spread(spread),
        _ => Item::One(node),
    }
}

fn arguments<'t>(list: Node<'t>, source: &'t str) -> Vec<Argument<'t>> {
    let argument = |argument: Node<'t>| {
        let value = children(argument).into_iter().next_back().unwrap_or(argument);
        Argument { name: field(argument, "name").map(|name| name_of(name, source)), value }
    };
    children(list).into_iter().map(argument).collect()
}

fn call<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let Some(callee) = field(node, "function") else { return Role::Other };
    let arguments = field(node, "arguments").map(|list| arguments(list, source)).unwrap_or_default();
    let (receiver, name) = match callee.kind() {
        "member_access_expression" => (field(callee, "expression"), field(callee, "name")),
        "conditional_access_expression" => {
            let name = child_of_kind(callee, "member_binding_expression").and_then(|binding| field(binding, "name"));
            (field(callee, "condition"), name)
        }
        "identifier" | "generic_name" => (None, Some(callee)),
        _ => (Some(callee), None),
    };
    let receiver = receiver.filter(|receiver| !matches!(receiver.kind(), "this" | "base" | "predefined_type"));
    let name = name.map(plain_name);
    match (name.map(|name| text_of(name, source)), receiver, arguments.as_slice()) {
        (Some("Equals" | "ValueEquals"), Some(one), [other, ..]) => Role::Compare(one, other.value),
        (Some("Equals"), None, [one, other, ..]) => Role::Compare(one.value, other.value),
        _ => Role::Call(Call { receiver, name, arguments, makes: false }),
    }
}

fn binary(node: Node<'_>) -> Role<'_> {
    let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else { return Role::Other };
    // `a && b?.c`: the grammar takes `a && b` for what `c` is a member of.
    let is_condition = node.parent().is_some_and(|parent| parent.kind() == "conditional_access_expression");
    if is_condition {
        return Role::Either(vec![right, left]);
    }
    match field(node, "operator").map(|operator| operator.kind()) {
        Some("==" | "!=") => Role::Compare(left, right),
        Some("+") => Role::Join(vec![left, right]),
        Some("||" | "&&" | "??") => Role::Either(vec![left, right]),
        _ => Role::Other,
    }
}

/// Whether a value is assigned as it is, or where there is none.
fn is_plain(node: Node<'_>) -> bool {
    field(node, "operator").is_some_and(|operator| matches!(operator.kind(), "=" | "??="))
}

/// `new { type = "text", to, message.From }`.
fn anonymous<'t>(node: Node<'t>, source: &'t str) -> Object<'t> {
    let mut cursor = node.walk();
    let all: Vec<Node<'t>> = node.children(&mut cursor).filter(|child| !child.is_extra()).collect();
    let entry = |members: &[Node<'t>]| {
        let members: Vec<&Node<'t>> =
            members.iter().filter(|child| !matches!(child.kind(), "new" | "{" | "}")).collect();
        match members.as_slice() {
            [name, equals, value] if equals.kind() == "=" => Some(pair(**name, **value, source)),
            [value] => {
                let name = field(**value, "name").unwrap_or(**value);
                Some(pair(plain_name(name), **value, source))
            }
            _ => None,
        }
    };
    Object { entries: all.split(|child| child.kind() == ",").filter_map(entry).collect(), of_type: None }
}

fn pair<'t>(name: Node<'t>, value: Node<'t>, source: &'t str) -> Entry<'t> {
    Entry::Pair(Key::Named(Cow::Borrowed(name_of(name, source)), name), value)
}

/// The members in an initialiser; `None` when it has items.
fn members<'t>(node: Node<'t>, source: &'t str) -> Option<Vec<Entry<'t>>> {
    let entry = |child: Node<'t>| match child.kind() {
        "assignment_expression" => {
            let (target, value) = (field(child, "left")?, field(child, "right")?);
            match target.kind() {
                "element_binding_expression" => Some(Entry::Pair(Key::Value(*children(target).first()?), value)),
                _ => Some(pair(target, value, source)),
            }
        }
        "initializer_expression" => match children(child).as_slice() {
            [key, value] => Some(Entry::Pair(Key::Value(*key), *value)),
            _ => None,
        },
        _ => None,
    };
    children(node).into_iter().map(entry).collect()
}

fn initializer<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    match members(node, source) {
        Some(entries) if !entries.is_empty() => Role::Object(Object { entries, of_type: None }),
        _ => Role::List(children(node).into_iter().map(item).collect()),
    }
}

/// `new Message { … }`, `new Dictionary<string, object> { … }`, `new Message(…)`, `new() { … }`.
fn creation<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let list = field(node, "arguments").or_else(|| child_of_kind(node, "argument_list"));
    let mut arguments = list.map(|list| arguments(list, source)).unwrap_or_default();
    let filled = field(node, "initializer").or_else(|| child_of_kind(node, "initializer_expression"));
    let mut entries = filled.and_then(|filled| members(filled, source));
    let name = field(node, "type").map(plain_name);
    let type_name = name.map(|name| text_of(name, source)).unwrap_or_default();
    if LISTS.contains(&type_name) || (filled.is_some() && entries.is_none()) {
        let given = arguments.into_iter().filter(|_| matches!(type_name, "JArray" | "JsonArray"));
        let items = given.map(|argument| argument.value).chain(filled.map(children).unwrap_or_default());
        return Role::List(items.map(item).collect());
    }
    if DICTIONARIES.contains(&type_name) {
        let given = arguments.into_iter().filter_map(|argument| property(argument.value, source));
        return Role::Object(Object { entries: given.chain(entries.unwrap_or_default()).collect(), of_type: None });
    }
    if arguments.is_empty() && !REQUESTS.contains(&type_name) && (filled.is_some() || name.is_none()) {
        return Role::Object(Object { entries: entries.unwrap_or_default(), of_type: name.map(|_| type_name) });
    }
    for entry in entries.take().unwrap_or_default() {
        if let Entry::Pair(Key::Named(_, at), value) = entry {
            arguments.push(Argument { name: Some(name_of(at, source)), value });
        }
    }
    Role::Call(Call { receiver: None, name, arguments, makes: true })
}

/// A member that a dictionary is made of: `new JProperty("to", to)`, all those of another.
fn property<'t>(node: Node<'t>, source: &'t str) -> Option<Entry<'t>> {
    let made = field(node, "type").filter(|_| node.kind() == "object_creation_expression");
    if made.is_some_and(|made| text_of(made, source) == "JProperty") {
        return match field(node, "arguments").map(children).unwrap_or_default().as_slice() {
            [key, value] => Some(Entry::Pair(Key::Value(*key), *value)),
            _ => None,
        };
    }
    let is_other = !node.kind().ends_with("_literal") && !text_of(node, source).contains("Comparer");
    is_other.then_some(Entry::Spread(node))
}

/// `message with { Type = "text" }`.
fn changed<'t>(node: Node<'t>, source: &'t str) -> Object<'t> {
    let entries = children(node).into_iter().filter_map(|child| match child.kind() {
        "with_initializer" => match children(child).as_slice() {
            [name, value] => Some(pair(*name, *value, source)),
            _ => None,
        },
        _ => Some(Entry::Spread(child)),
    });
    Object { entries: entries.collect(), of_type: None }
}

/// `{ Type: "voice", Voice: { Id: var id } } message`.
fn pattern<'t>(node: Node<'t>, source: &'t str) -> Object<'t> {
    let clause = child_of_kind(node, "property_pattern_clause").map(children).unwrap_or_default();
    let entries = clause.into_iter().filter_map(|part| match children(part).as_slice() {
        [name, pattern] => Some(pair(field(*name, "name").unwrap_or(*name), *pattern, source)),
        _ => None,
    });
    let whole = field(node, "name").map(Entry::Spread);
    Object { entries: entries.chain(whole).collect(), of_type: None }
}

fn arm(section: Node<'_>) -> Arm<'_> {
    let parts = children(section);
    let count = parts.iter().take_while(|part| part.kind().ends_with("_pattern")).count();
    let (values, body) = parts.split_at(count);
    Arm { values: values.to_vec(), body: body.to_vec() }
}

/// `from message in messages where … select …`.
fn query(node: Node<'_>) -> Role<'_> {
    let clauses = children(node);
    let Some((from, rest)) = clauses.split_first() else { return Role::Other };
    match (field(*from, "name"), children(*from).into_iter().next_back()) {
        (Some(pattern), Some(of)) => Role::Each { pattern, of, rest: rest.to_vec() },
        _ => Role::Other,
    }
}

fn parameters(mut function: Function<'_>) -> Function<'_> {
    function.parameters.retain(|parameter| parameter.kind() != "attribute_list");
    for parameter in &mut function.parameters {
        *parameter = field(*parameter, "name").unwrap_or(*parameter);
    }
    if let [arrow] = function.body.as_slice()
        && arrow.kind() == "arrow_expression_clause"
    {
        function.is_expression = true;
    }
    function
}

/// A class, record or interface: what it declares, and what it does.
fn declared<'t>(node: Node<'t>, source: &'t str) -> Type<'t> {
    let (mut fields, mut rest) = (Vec::new(), Vec::new());
    rest.extend(children(node).into_iter().filter(|child| child.kind() == "attribute_list"));
    if node.kind() == "record_declaration" {
        let parameters = child_of_kind(node, "parameter_list").map(children).unwrap_or_default();
        fields.extend(parameters.into_iter().filter_map(|parameter| declared_field(parameter, parameter, source)));
    }
    for member in field(node, "body").map(children).unwrap_or_default() {
        let own = match member.kind() {
            "property_declaration" => Some(member),
            "field_declaration" => {
                child_of_kind(member, "variable_declaration").and_then(|it| child_of_kind(it, "variable_declarator"))
            }
            _ => None,
        };
        let own = own.filter(|_| !is_private(member, source));
        match own.and_then(|own| declared_field(own, member, source)) {
            Some(field) => fields.push(field),
            None => rest.push(member),
        }
        if let Some(accessors) = field(member, "accessors").filter(|it| text_of(*it, source).contains("return")) {
            rest.push(accessors);
        }
    }
    Type { name: field(node, "name"), fields, rest }
}

/// A field, declared in `node`; `member` has what is said of it.
fn declared_field<'t>(node: Node<'t>, member: Node<'t>, source: &'t str) -> Option<Field<'t>> {
    let at = field(node, "name")?;
    let wire = wire(member, source).and_then(|wire| child_of_kind(wire, "string_literal_content"));
    let wire = wire.map(|wire| Cow::Borrowed(text_of(wire, source)));
    let declaration = child_of_kind(member, "variable_declaration").unwrap_or(member);
    let value = match node.kind() {
        "variable_declarator" => children(node).into_iter().skip(1).next_back(),
        _ => field(node, "value"),
    };
    Some(Field { name: Cow::Borrowed(name_of(at, source)), wire, at, of_type: field(declaration, "type"), value })
}

/// Whether a member is no part of what is sent: a constant, a field of its own, something it works out.
fn is_private(member: Node<'_>, source: &str) -> bool {
    let marks = children(member).into_iter().filter(|child| child.kind() == "modifier");
    let marks: Vec<&str> = marks.map(|mark| text_of(mark, source)).collect();
    let is = |mark: &&str| matches!(*mark, "const" | "static" | "private" | "protected");
    let is_field = member.kind() == "field_declaration";
    let is_said = attributes(member).any(|attribute| wire_of(attribute, source).is_some());
    !is_said
        && (marks.iter().any(is)
            || (is_field && !marks.contains(&"public"))
            || field(member, "value").is_some_and(|value| value.kind() == "arrow_expression_clause"))
}

fn attributes(member: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let lists = children(member).into_iter().filter(|child| child.kind() == "attribute_list");
    lists.flat_map(children).filter(|child| child.kind() == "attribute")
}

/// The text with the name on the wire that attributes give a member.
fn wire<'t>(member: Node<'t>, source: &str) -> Option<Node<'t>> {
    attributes(member).find_map(|attribute| wire_of(attribute, source))
}

fn wire_of<'t>(attribute: Node<'t>, source: &str) -> Option<Node<'t>> {
    let name = text_of(plain_name(field(attribute, "name")?), source);
    let known =
        ["JsonProperty", "JsonPropertyName", "DataMember", "EnumMember", "JsonStringEnumMemberName", "BsonElement"];
    if !known.contains(&name.trim_end_matches("Attribute")) {
        return None;
    }
    children(child_of_kind(attribute, "attribute_argument_list")?).into_iter().find_map(|argument| {
        let fits = field(argument, "name")
            .is_none_or(|name| matches!(text_of(name, source), "PropertyName" | "Name" | "Value" | "propertyName"));
        let value = children(argument).into_iter().next_back()?;
        (fits && value.kind() == "string_literal").then_some(value)
    })
}

/// The members of an enum, each with its name on the wire.
fn constants<'t>(node: Node<'t>, source: &'t str) -> Object<'t> {
    let members = children(node).into_iter().filter_map(|member| {
        let name = field(member, "name").filter(|_| member.kind() == "enum_member_declaration")?;
        Some(pair(name, member, source))
    });
    Object { entries: members.collect(), of_type: None }
}
