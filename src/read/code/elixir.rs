//! Elixir: which role each kind of node has.

use std::borrow::Cow;

use tree_sitter::Node;

use super::role::{
    Argument, Arm, Call, Entry, Escapes, Field, Function, Item, Key, Object, Part, Role, Type, child_of_kind, children,
    field, parts, text_of,
};

/// Modules whose functions take what they are about as their first argument.
const DATA: [&str; 9] = ["Map", "Keyword", "Enum", "List", "Stream", "String", "MapSet", "Access", "Kernel"];

pub(super) fn role<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let both = |left: &str, right: &str| Some((field(node, left)?, field(node, right)?));
    match node.kind() {
        "string" | "charlist" | "quoted_atom" => Role::Text(quoted(node, Escapes::Double)),
        "sigil" => sigil(node, source),
        "atom" => {
            let range = node.byte_range();
            Role::Text(vec![Part::Spelt((range.start + 1).min(range.end)..range.end, Escapes::Raw)])
        }
        "integer" | "float" => Role::Number,
        "boolean" if text_of(node, source) == "true" => Role::True,
        "boolean" => Role::False,
        "nil" => Role::Null,
        "identifier" | "alias" => Role::Name(text_of(node, source)),
        "map" => Role::Object(map(node, source)),
        "keywords" => Role::Object(Object { entries: pairs(node, source), of_type: None }),
        "list" => list(node),
        "tuple" => tuple(node, source),
        "access_call" => match both("target", "key") {
            Some((of, key)) => Role::Member { of, key: Key::Value(key) },
            None => Role::Other,
        },
        "call" => call(node, None, source),
        "binary_operator" => match both("left", "right") {
            Some((left, right)) => binary(node, left, right, source),
            None => Role::Other,
        },
        "unary_operator" => unary(node, source),
        "anonymous_function" => Role::Function(anonymous(node)),
        // The argument of a function with several clauses, and what they do with it.
        "fn" => Role::Name("fn"),
        "end" => match node.parent().and_then(|function| Some((function, function.child(0)?))) {
            Some((function, subject)) => Role::Switch { subject: Some(subject), arms: arms(children(function)) },
            None => Role::Nothing,
        },
        // The argument of `&Map.get(&1, "id")`.
        "&" => Role::Name("&1"),
        "arguments" | "block" | "interpolation" => match children(node).as_slice() {
            [one] => Role::Same(*one),
            _ => Role::Other,
        },
        "comment" => Role::Comment,
        "keyword" | "quoted_keyword" | "char" => Role::Nothing,
        _ => Role::Other,
    }
}

/// The parts of a text between its quotes.
fn quoted(node: Node<'_>, escapes: Escapes) -> Vec<Part<'_>> {
    match (field(node, "quoted_start"), field(node, "quoted_end")) {
        (Some(open), Some(close)) if open.end_byte() <= close.start_byte() => {
            parts(node, open.end_byte()..close.start_byte(), escapes, &["interpolation"])
        }
        _ => Vec::new(),
    }
}

fn sigil<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    match child_of_kind(node, "sigil_name").map(|name| text_of(name, source)) {
        Some("s" | "c") => Role::Text(quoted(node, Escapes::Double)),
        Some("S" | "C") => Role::Text(quoted(node, Escapes::Raw)),
        Some("w" | "W") => Role::List(child_of_kind(node, "quoted_content").map_or(Vec::new(), |it| words(it, source))),
        _ => Role::Nothing,
    }
}

/// The words of a list such as `~w(audio video)`.
fn words<'t>(node: Node<'t>, source: &'t str) -> Vec<Item<'t>> {
    let (text, from) = (text_of(node, source), node.start_byte());
    let mut at = from;
    let mut items = Vec::new();
    for word in text.split(|c: char| c.is_ascii_whitespace()) {
        if !word.is_empty() {
            items.push(Item::Part(at..at + word.len()));
        }
        at += word.len() + 1;
    }
    items
}

fn map<'t>(node: Node<'t>, source: &'t str) -> Object<'t> {
    let of_type = child_of_kind(node, "struct").map(|of_type| text_of(of_type, source));
    let of_type = of_type.map(|name| name.rsplit('.').next().unwrap_or(name));
    let content = child_of_kind(node, "map_content");
    Object { entries: content.map_or(Vec::new(), |content| pairs(content, source)), of_type }
}

/// The entries of a map or a keyword list.
fn pairs<'t>(node: Node<'t>, source: &'t str) -> Vec<Entry<'t>> {
    let (mut entries, mut rest) = (Vec::new(), vec![node]);
    while let Some(node) = rest.pop() {
        for child in children(node) {
            match (child.kind(), operator(child), field(child, "left"), field(child, "right")) {
                ("pair", ..) => {
                    if let (Some(name), Some(value)) = (field(child, "key"), field(child, "value")) {
                        entries.push(Entry::Pair(key(name, source), value));
                    }
                }
                ("keywords", ..) => rest.push(child),
                (_, "=>", Some(name), Some(value)) => entries.push(Entry::Pair(Key::Value(name), value)),
                // `%{base | "type" => "text"}`.
                (_, "|", Some(base), Some(other)) => {
                    entries.push(Entry::Spread(base));
                    match (field(other, "left"), field(other, "right")) {
                        (Some(name), Some(value)) => entries.push(Entry::Pair(Key::Value(name), value)),
                        _ => rest.push(other),
                    }
                }
                _ => {}
            }
        }
    }
    entries
}

/// The key of `type: "text"`.
fn key<'t>(node: Node<'t>, source: &'t str) -> Key<'t> {
    let start = node.start_byte();
    match child_of_kind(node, "quoted_content") {
        Some(content) => Key::Named(Cow::Borrowed(text_of(content, source)), content),
        None => Key::Part(start..start + keyword(node, source).len()),
    }
}

/// The name in `type:`.
fn keyword<'t>(node: Node<'t>, source: &'t str) -> &'t str {
    let text = text_of(node, source).trim_end();
    text.strip_suffix(':').unwrap_or(text)
}

fn list(node: Node<'_>) -> Role<'_> {
    let all = children(node);
    if let [only] = all.as_slice()
        && only.kind() == "keywords"
    {
        return Role::Same(*only);
    }
    let mut items = Vec::new();
    for child in all {
        match (operator(child), field(child, "left"), field(child, "right")) {
            // `[first | rest]`.
            ("|", Some(first), Some(rest)) => items.extend([Item::One(first), Item::Spread(rest)]),
            _ if child.kind() == "keywords" => {
                items.extend(children(child).into_iter().filter_map(|pair| field(pair, "value")).map(Item::One));
            }
            _ => items.push(Item::One(child)),
        }
    }
    Role::List(items)
}

/// A tuple; what says whether something went well is left out.
fn tuple<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let all = children(node);
    match all.as_slice() {
        [tag, value, ..] if matches!(text_of(*tag, source), ":ok" | ":error" | ":noreply") => Role::Same(*value),
        _ => Role::List(all.into_iter().map(Item::One).collect()),
    }
}

/// The operator of an expression, empty when it is none.
fn operator(node: Node<'_>) -> &str {
    field(node, "operator").map(|operator| operator.kind()).unwrap_or_default()
}

fn binary<'t>(node: Node<'t>, left: Node<'t>, right: Node<'t>, source: &'t str) -> Role<'t> {
    match operator(node) {
        "<-" if is_generator(node, source) => Role::Each { pattern: left, of: right, rest: Vec::new() },
        // A parameter that is taken apart and kept.
        "=" if is_parameter(node, source) => Role::Either(vec![left, right]),
        "=" | "<-" => Role::Assign { target: left, value: right },
        "|>" => match right.kind() {
            "call" => call(right, Some(left), source),
            "identifier" => {
                let arguments = vec![Argument { name: None, value: left }];
                Role::Call(Call { receiver: None, name: Some(right), arguments, makes: false })
            }
            _ => Role::Other,
        },
        "<>" => Role::Join(vec![left, right]),
        "++" => Role::List(vec![Item::Spread(left), Item::Spread(right)]),
        "==" | "!=" | "===" | "!==" => Role::Compare(left, right),
        "in" | "not in" => Role::Among { item: left, of: right },
        "||" | "&&" | "or" | "and" => Role::Either(vec![left, right]),
        // A pattern and its condition.
        "when" => Role::Either(vec![pattern(left), right]),
        "\\\\" | "::" => Role::Same(left),
        _ => Role::Other,
    }
}

/// Whether `m <- messages` stands in a `for`.
fn is_generator(node: Node<'_>, source: &str) -> bool {
    let call = node.parent().filter(|parent| parent.kind() == "arguments").and_then(|parent| parent.parent());
    call.and_then(|call| field(call, "target")).is_some_and(|target| text_of(target, source) == "for")
}

/// Whether a pattern is one of a function's parameters.
fn is_parameter(node: Node<'_>, source: &str) -> bool {
    let Some(list) = node.parent().filter(|list| list.kind() == "arguments") else { return false };
    let Some(head) = list.parent() else { return false };
    let head = match head.kind() {
        "call" => head.parent().filter(|up| operator(*up) == "when").or(Some(head)),
        _ => return true,
    };
    let definition = head.and_then(|head| head.parent()).filter(|list| list.kind() == "arguments");
    let definition = definition.and_then(|list| field(list.parent()?, "target"));
    definition.is_some_and(|target| text_of(target, source).starts_with("def"))
}

/// The first pattern of several.
fn pattern(node: Node<'_>) -> Node<'_> {
    if node.kind() == "arguments" { children(node).first().copied().unwrap_or(node) } else { node }
}

fn unary<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let Some(operand) = field(node, "operand") else { return Role::Other };
    match operator(node) {
        "@" if operand.kind() == "call" => {
            let name = field(operand, "target");
            let value = field_arguments(operand).and_then(|list| children(list).into_iter().next());
            match (name.map(|name| text_of(name, source)), name, value) {
                (Some("doc" | "moduledoc" | "typedoc" | "shortdoc"), ..) => Role::Comment,
                (Some("spec" | "type" | "typep" | "opaque" | "callback" | "impl" | "behaviour"), ..) => Role::Nothing,
                (_, Some(target), Some(value)) => Role::Assign { target, value },
                _ => Role::Other,
            }
        }
        "@" => Role::Same(operand),
        "&" if operand.kind() == "integer" => Role::Name(text_of(node, source)),
        "&" => match (operator(operand), field(operand, "left"), node.child(0)) {
            // `&handle/1`.
            ("/", Some(name), _) => {
                let name = field(name, "target").unwrap_or(name);
                Role::Name(text_of(field(name, "right").unwrap_or(name), source))
            }
            (.., Some(parameter)) => Role::Function(Function {
                name: None,
                parameters: vec![parameter],
                body: vec![operand],
                is_expression: true,
            }),
            _ => Role::Other,
        },
        "-" if matches!(operand.kind(), "integer" | "float") => Role::Number,
        _ => Role::Other,
    }
}

fn anonymous(node: Node<'_>) -> Function<'_> {
    let clauses: Vec<Node<'_>> = children(node).into_iter().filter(|child| child.kind() == "stab_clause").collect();
    let is_expression = true;
    if let [clause] = clauses.as_slice() {
        let left = field(*clause, "left");
        let guard = left.filter(|left| operator(*left) == "when").and_then(|left| field(left, "right"));
        let left = if guard.is_some() { left.and_then(|left| field(left, "left")) } else { left };
        let parameters = left.map(children).unwrap_or_default();
        let body = guard.into_iter().chain(field(*clause, "right").map(children).unwrap_or_default()).collect();
        return Function { name: None, parameters, body, is_expression };
    }
    let last = node.child_count().checked_sub(1).and_then(|last| node.child(last));
    Function {
        name: None,
        parameters: node.child(0).into_iter().collect(),
        body: last.filter(|last| last.kind() == "end").into_iter().collect(),
        is_expression,
    }
}

/// The clauses of a `case` and its kin.
fn arms(clauses: Vec<Node<'_>>) -> Vec<Arm<'_>> {
    let clauses = clauses.into_iter().filter(|clause| clause.kind() == "stab_clause");
    clauses
        .map(|clause| Arm {
            values: field(clause, "left").map(pattern).into_iter().collect(),
            body: field(clause, "right").map(children).unwrap_or_default(),
        })
        .collect()
}

fn field_arguments(node: Node<'_>) -> Option<Node<'_>> {
    child_of_kind(node, "arguments")
}

/// What a call consists of.
#[derive(Default)]
struct Parts<'t> {
    arguments: Vec<Argument<'t>>,
    /// What stands between `do` and `end`.
    body: Vec<Node<'t>>,
    /// What stands after `else`.
    otherwise: Vec<Node<'t>>,
    /// What stands after `rescue`, `catch` and `after`.
    sections: Vec<Node<'t>>,
}

impl<'t> Parts<'t> {
    fn of(node: Node<'t>, first: Option<Node<'t>>, source: &'t str) -> Self {
        let mut parts = Self::default();
        parts.arguments.extend(first.map(|value| Argument { name: None, value }));
        for child in field_arguments(node).map(children).unwrap_or_default() {
            if child.kind() != "keywords" {
                parts.arguments.push(Argument { name: None, value: child });
                continue;
            }
            for pair in children(child) {
                let (Some(name), Some(value)) = (field(pair, "key"), field(pair, "value")) else { continue };
                match keyword(name, source) {
                    "do" => parts.body.push(value),
                    "else" => parts.otherwise.push(value),
                    name => parts.arguments.push(Argument { name: Some(name), value }),
                }
            }
        }
        for child in child_of_kind(node, "do_block").map(children).unwrap_or_default() {
            match child.kind() {
                "else_block" => parts.otherwise.extend(children(child)),
                "rescue_block" | "catch_block" | "after_block" => parts.sections.push(child),
                _ => parts.body.push(child),
            }
        }
        parts
    }

    fn argument(&self, index: usize) -> Option<Node<'t>> {
        self.arguments.get(index).filter(|argument| argument.name.is_none()).map(|argument| argument.value)
    }
}

/// A call, and what only looks like one; `first` is what a pipe hands to it.
fn call<'t>(node: Node<'t>, first: Option<Node<'t>>, source: &'t str) -> Role<'t> {
    let Some(target) = field(node, "target") else { return Role::Other };
    let parts = Parts::of(node, first, source);
    if target.kind() == "dot" {
        return dotted(node, target, parts, first.is_some(), source);
    }
    let name = text_of(target, source);
    match (name, parts.argument(0), parts.argument(1)) {
        ("def" | "defp" | "defmacro" | "defmacrop", Some(head), _) => Role::Function(defined(head, parts)),
        ("defmodule" | "defimpl" | "defprotocol", head, _) => Role::Type(module(head, parts, source)),
        ("embeds_one" | "embeds_many", _, of_type) if !parts.body.is_empty() => {
            Role::Type(module(of_type, parts, source))
        }
        ("alias" | "import" | "require" | "use", ..) => Role::Nothing,
        ("if" | "unless", Some(condition), _) => {
            let otherwise = Arm { values: Vec::new(), body: parts.otherwise };
            Role::Switch { subject: None, arms: vec![Arm { values: vec![condition], body: parts.body }, otherwise] }
        }
        ("case", subject @ Some(_), _) => Role::Switch { subject, arms: arms(parts.body) },
        ("cond", ..) => Role::Switch { subject: None, arms: arms(parts.body) },
        ("receive", ..) => Role::Switch { subject: Some(target), arms: arms(parts.body) },
        ("with", ..) => with(target, parts),
        ("for", Some(generator), _) => match (field(generator, "left"), field(generator, "right")) {
            (Some(pattern), Some(of)) => {
                let rest = parts.arguments.iter().skip(1).map(|argument| argument.value);
                Role::Each { pattern, of, rest: rest.chain(parts.body).collect() }
            }
            _ => Role::Other,
        },
        ("match?", Some(pattern), Some(subject)) => {
            Role::Switch { subject: Some(subject), arms: vec![Arm { values: vec![pattern], body: Vec::new() }] }
        }
        ("test" | "setup" | "setup_all", ..) if !parts.body.is_empty() => {
            let parameters = parts.arguments.iter().skip(usize::from(name == "test")).map(|argument| argument.value);
            Role::Function(Function { parameters: parameters.collect(), body: parts.body, ..Function::default() })
        }
        ("try", ..) => Role::Branch,
        // `put_in(payload["text"]["body"], "Hello")`.
        ("put_in", Some(target), Some(value)) if parts.arguments.len() == 2 => Role::Assign { target, value },
        ("is_map_key", Some(of), Some(item)) => Role::Among { item, of },
        ("get_in", Some(value), None) => Role::Same(value),
        ("then" | "tap" | "to_string", Some(_), _) => method(Some(target), parts),
        _ if !parts.body.is_empty() => Role::Other,
        _ => Role::Call(Call { receiver: None, name: Some(target), arguments: parts.arguments, makes: false }),
    }
}

/// A call of a function of a module, or a member.
fn dotted<'t>(node: Node<'t>, dot: Node<'t>, parts: Parts<'t>, piped: bool, source: &'t str) -> Role<'t> {
    let (Some(of), name) = (field(dot, "left"), field(dot, "right")) else { return Role::Other };
    let text = name.map(|name| text_of(name, source)).unwrap_or_default();
    if let (Some(name), false, None) = (name, piped, field_arguments(node))
        && !matches!(of.kind(), "alias" | "atom")
    {
        return Role::Member { of, key: Key::Named(Cow::Borrowed(text), name) };
    }
    if !parts.body.is_empty() {
        return Role::Other;
    }
    match (text_of(of, source), text, parts.argument(0), parts.argument(1)) {
        (
            "Map" | "Keyword",
            "put" | "put_new" | "put_new_lazy" | "update" | "update!" | "replace" | "replace!",
            Some(base),
            Some(key),
        ) if parts.arguments.len() > 2 => {
            let value = parts.arguments.last().map_or(key, |argument| argument.value);
            let entries = vec![Entry::Spread(base), Entry::Pair(Key::Value(key), value)];
            Role::Object(Object { entries, of_type: None })
        }
        ("Map" | "Keyword" | "Access", "get" | "fetch" | "fetch!", Some(of), Some(key))
        | ("Enum", "at", Some(of), Some(key)) => Role::Member { of, key: Key::Value(key) },
        ("Map" | "Keyword", "delete" | "drop" | "from_struct" | "to_list", Some(base), _)
        | ("Access", "at" | "at!" | "key" | "key!", Some(base), _)
        | ("List", "wrap", Some(base), _) => Role::Same(base),
        ("Map" | "Keyword", "new", None, _) => match field_arguments(node).and_then(|it| child_of_kind(it, "keywords"))
        {
            Some(keywords) => Role::Same(keywords),
            None => Role::Object(Object::default()),
        },
        (module, _, Some(_), _) if DATA.contains(&module) => method(name, parts),
        ("__MODULE__", ..) => Role::Call(Call { receiver: None, name, arguments: parts.arguments, makes: false }),
        _ => Role::Call(Call { receiver: Some(of), name, arguments: parts.arguments, makes: false }),
    }
}

/// A call as if it were a method of its first argument.
fn method<'t>(name: Option<Node<'t>>, parts: Parts<'t>) -> Role<'t> {
    let mut arguments = parts.arguments.into_iter();
    let receiver = arguments.next().map(|argument| argument.value);
    Role::Call(Call { receiver, name, arguments: arguments.collect(), makes: false })
}

/// A clause of a function.
fn defined<'t>(head: Node<'t>, parts: Parts<'t>) -> Function<'t> {
    let guard = Some(head).filter(|head| operator(*head) == "when").and_then(|head| field(head, "right"));
    let head = if guard.is_some() { field(head, "left").unwrap_or(head) } else { head };
    let body = guard.into_iter().chain(parts.sections).chain(parts.otherwise).chain(parts.body);
    Function {
        name: if head.kind() == "identifier" { Some(head) } else { field(head, "target") },
        parameters: field_arguments(head).map(children).unwrap_or_default(),
        body: body.collect(),
        is_expression: true,
    }
}

/// The clauses, what is done when they fit, and the patterns when one does not.
fn with<'t>(target: Node<'t>, parts: Parts<'t>) -> Role<'t> {
    let clauses = parts.arguments.into_iter().map(|argument| argument.value);
    let clauses: Vec<Node<'t>> = clauses.collect();
    let first = clauses.first().and_then(|clause| field(*clause, "right"));
    let subject = first.filter(|first| first.kind() == "identifier").unwrap_or(target);
    let fits = Arm { values: Vec::new(), body: clauses.into_iter().chain(parts.body).collect() };
    Role::Switch { subject: Some(subject), arms: [fits].into_iter().chain(arms(parts.otherwise)).collect() }
}

/// A module with the fields of its struct or schema.
fn module<'t>(name: Option<Node<'t>>, parts: Parts<'t>, source: &'t str) -> Type<'t> {
    let (mut fields, mut rest) = (Vec::new(), Vec::new());
    for statement in parts.body {
        declare(statement, &mut fields, &mut rest, source);
    }
    Type { name, fields, rest }
}

/// Whether a macro declares the fields of a schema.
fn is_schema(name: &str) -> bool {
    matches!(name, "schema" | "embedded_schema" | "typedstruct" | "typed_embedded_schema" | "typed_schema")
}

/// Sorts a statement into fields and all else.
fn declare<'t>(statement: Node<'t>, fields: &mut Vec<Field<'t>>, rest: &mut Vec<Node<'t>>, source: &'t str) {
    let name = field(statement, "target").map(|target| text_of(target, source)).unwrap_or_default();
    let parts = Parts::of(statement, None, source);
    match (name, parts.argument(0)) {
        ("defstruct", _) => {
            let list = field_arguments(statement).map(children).unwrap_or_default();
            let list = list.into_iter().flat_map(|it| if it.kind() == "list" { children(it) } else { vec![it] });
            let list = list.flat_map(|it| if it.kind() == "keywords" { children(it) } else { vec![it] });
            fields.extend(list.filter_map(|it| struct_field(it, source)));
        }
        (schema, _) if is_schema(schema) => {
            for inner in parts.body {
                // A schema in a schema is none.
                if field(inner, "target").is_none_or(|target| !is_schema(text_of(target, source))) {
                    declare(inner, fields, rest, source);
                }
            }
        }
        ("field" | "embeds_one" | "embeds_many" | "has_one" | "has_many", Some(at)) => {
            let wire = parts.arguments.iter().find(|argument| argument.name == Some("source"));
            let wire = wire.map(|argument| Cow::Borrowed(text_of(argument.value, source).trim_start_matches(':')));
            let name = Cow::Borrowed(text_of(at, source).trim_start_matches(':'));
            fields.push(Field { name, wire, at, of_type: parts.argument(1), value: None });
            rest.extend(parts.arguments.iter().filter(|argument| argument.name.is_some()).map(|it| it.value));
            rest.extend(Some(statement).filter(|_| !parts.body.is_empty()));
        }
        _ => rest.push(statement),
    }
}

/// A field of a struct: `:to`, or `type: "text"`.
fn struct_field<'t>(node: Node<'t>, source: &'t str) -> Option<Field<'t>> {
    let (name, at, value) = match node.kind() {
        "atom" => (text_of(node, source).trim_start_matches(':'), node, None),
        "pair" => {
            let at = field(node, "key")?;
            (keyword(at, source), at, field(node, "value"))
        }
        _ => return None,
    };
    Some(Field { name: Cow::Borrowed(name), wire: None, at, of_type: None, value })
}
