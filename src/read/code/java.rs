//! Java: which role each kind of node has.

use std::borrow::Cow;

use tree_sitter::Node;

use super::role::{
    Argument, Arm, Call, Entry, Escapes, Field, Function, Item, Key, Object, Role, Type, child_of_kind, children,
    field, function, quoted, snake, text_of,
};

/// Annotations that say how a field is called on the wire.
const NAMING: [&str; 8] =
    ["JsonProperty", "SerializedName", "JsonSetter", "JsonGetter", "Json", "JsonbProperty", "JSONField", "Field"];
/// Types of libraries whose builders make no payloads.
const BUILDERS: [&str; 16] = [
    "Request",
    "HttpRequest",
    "RequestEntity",
    "ResponseEntity",
    "WebClient",
    "RestClient",
    "OkHttpClient",
    "HttpClient",
    "HttpUrl",
    "Retrofit",
    "MultipartBody",
    "FormBody",
    "JsonMapper",
    "UriComponentsBuilder",
    "Jwts",
    "Stream",
];
/// Components of records that are read like a method without arguments.
const COMPONENTS: [&str; 30] = [
    "messages",
    "contacts",
    "statuses",
    "errors",
    "from",
    "type",
    "text",
    "voice",
    "audio",
    "image",
    "video",
    "document",
    "sticker",
    "location",
    "interactive",
    "button",
    "hsm",
    "namespace",
    "language",
    "policy",
    "profile",
    "context",
    "entry",
    "changes",
    "metadata",
    "recipientId",
    "waId",
    "groupId",
    "mimeType",
    "conversation",
];

pub(super) fn role<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let both = |left: &str, right: &str| Some((field(node, left)?, field(node, right)?));
    let same = |name: &str| field(node, name).map_or(Role::Other, Role::Same);
    let only = || children(node).into_iter().next();
    match node.kind() {
        "string_literal" => {
            let quotes = if text_of(node, source).starts_with("\"\"\"") { 3 } else { 1 };
            quoted(node, quotes, quotes, Escapes::Double, &[])
        }
        "decimal_integer_literal" | "decimal_floating_point_literal" => Role::Number,
        "true" => Role::True,
        "false" => Role::False,
        "null_literal" => Role::Null,
        "identifier" => Role::Name(text_of(node, source)),
        "field_access" => match both("object", "field") {
            Some((of, name)) => access(of, name, source),
            None => Role::Other,
        },
        "array_access" => match both("array", "index") {
            Some((of, key)) => Role::Member { of, key: Key::Value(key) },
            None => Role::Other,
        },
        "array_initializer" => Role::List(children(node).into_iter().map(Item::One).collect()),
        "method_invocation" => invocation(node, source),
        "object_creation_expression" => creation(node, source),
        "annotation" => annotation(node, source),
        "binary_expression" => match (both("left", "right"), field(node, "operator").map(|node| node.kind())) {
            (Some((left, right)), Some("==" | "!=")) => Role::Compare(left, right),
            (Some((left, right)), Some("+")) => Role::Join(vec![left, right]),
            _ => Role::Other,
        },
        "ternary_expression" => match both("consequence", "alternative") {
            Some((one, other)) => Role::Either(field(node, "condition").into_iter().chain([one, other]).collect()),
            None => Role::Other,
        },
        "parenthesized_expression" | "expression_statement" => only().map_or(Role::Other, Role::Same),
        "cast_expression" | "array_creation_expression" => same("value"),
        "instanceof_expression" => match both("name", "left") {
            Some((target, value)) => Role::Assign { target, value },
            None => Role::Other,
        },
        "assignment_expression" => match (both("left", "right"), field(node, "operator").map(|node| node.kind())) {
            (Some((target, value)), Some("=")) => Role::Assign { target, value },
            _ => Role::Other,
        },
        "variable_declarator" | "resource" => match both("name", "value") {
            Some((target, value)) => Role::Assign { target, value },
            None => Role::Nothing,
        },
        "method_declaration" | "constructor_declaration" | "compact_constructor_declaration" => {
            let mut method = parameters(function(node));
            method.body.splice(0..0, child_of_kind(node, "modifiers"));
            Role::Function(method)
        }
        "lambda_expression" => {
            let mut lambda = function(node);
            if let Some(parameter) = field(node, "parameters").filter(|list| list.kind() == "identifier") {
                lambda.parameters = vec![parameter];
            }
            lambda.is_expression = lambda.body.iter().all(|body| body.kind() != "block");
            Role::Function(parameters(lambda))
        }
        "class_declaration" | "record_declaration" | "interface_declaration" => Role::Type(declared(node, source)),
        "enum_declaration" => same("body"),
        "enum_body" => Role::List(children(node).into_iter().map(constant).collect()),
        "enum_constant" => match (field(node, "name"), named_text(node, source)) {
            (Some(target), Some(value)) => Role::Assign { target, value },
            _ => Role::Nothing,
        },
        "switch_expression" | "switch_statement" => {
            Role::Switch { subject: field(node, "condition"), arms: arms(node) }
        }
        "enhanced_for_statement" => match both("name", "value") {
            Some((pattern, of)) => Role::Each { pattern, of, rest: field(node, "body").into_iter().collect() },
            None => Role::Other,
        },
        "return_statement" | "yield_statement" => only().map_or(Role::Nothing, Role::Return),
        "if_statement"
        | "try_statement"
        | "try_with_resources_statement"
        | "catch_clause"
        | "while_statement"
        | "for_statement"
        | "do_statement" => Role::Branch,
        "line_comment" | "block_comment" => Role::Comment,
        "package_declaration"
        | "import_declaration"
        | "type_identifier"
        | "scoped_type_identifier"
        | "generic_type"
        | "array_type"
        | "marker_annotation"
        | "method_reference"
        | "class_literal"
        | "this"
        | "super"
        | "catch_formal_parameter"
        | "superclass"
        | "super_interfaces" => Role::Nothing,
        _ => Role::Other,
    }
}

/// A field of a value; one of the object at hand, or a constant of a type, is a name like any other.
fn access<'t>(of: Node<'t>, name: Node<'t>, source: &'t str) -> Role<'t> {
    let text = text_of(name, source);
    let is_type = of.kind() == "identifier" && text_of(of, source).starts_with(char::is_uppercase);
    let is_constant = is_type && !text.contains(char::is_lowercase);
    if of.kind() == "this" || is_constant {
        return Role::Name(text);
    }
    Role::Member { of, key: Key::Named(Cow::Borrowed(text), name) }
}

fn values(node: Node<'_>) -> Vec<Node<'_>> {
    field(node, "arguments").map(children).unwrap_or_default()
}

fn invocation<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let Some(name) = field(node, "name") else { return Role::Other };
    let receiver = field(node, "object").filter(|receiver| receiver.kind() != "this");
    let values = values(node);
    let word = text_of(name, source);
    let holder = receiver.map(|receiver| text_of(receiver, source)).unwrap_or_default();
    match (holder, word, values.as_slice()) {
        ("Map" | "ImmutableMap" | "Collections", "of" | "singletonMap", pairs) => {
            let entry = |pair: &[Node<'t>]| Some(Entry::Pair(Key::Value(*pair.first()?), *pair.get(1)?));
            return of_entries(pairs.chunks(2).filter_map(entry));
        }
        ("Map", "ofEntries", entries) => {
            let entry = |entry: &Node<'t>| {
                let pair = self::values(*entry);
                Some(Entry::Pair(Key::Value(*pair.first()?), *pair.get(1)?))
            };
            return of_entries(entries.iter().filter_map(entry));
        }
        ("List" | "Set" | "ImmutableList" | "ImmutableSet" | "Stream", "of", items)
        | ("Arrays", "asList", items)
        | ("Collections", "singletonList" | "singleton" | "emptyList", items) => {
            return Role::List(items.iter().map(|item| Item::One(*item)).collect());
        }
        ("Optional", "of" | "ofNullable", [value]) => return Role::Same(*value),
        ("String", "join", [between, texts @ ..]) if text_of(*between, source) == "\"/\"" => {
            let arguments = texts.iter().map(|value| Argument { name: None, value: *value }).collect();
            return Role::Call(Call { receiver: None, name: Some(name), arguments, makes: false });
        }
        (_, "append", [text]) => {
            if let Some(receiver) = receiver.filter(|receiver| builds_text(*receiver, source)) {
                return Role::Join(vec![receiver, *text]);
            }
        }
        (_, "createObjectNode" | "objectNode" | "createObjectBuilder", []) => return Role::Object(Object::default()),
        (_, "createArrayNode" | "arrayNode" | "createArrayBuilder", []) => return Role::List(Vec::new()),
        (_, "equals" | "equalsIgnoreCase" | "contentEquals", [other]) => {
            if let Some(receiver) = receiver {
                return Role::Compare(receiver, *other);
            }
        }
        ("Objects" | "StringUtils" | "Strings", "equals" | "equal" | "equalsIgnoreCase", [one, other]) => {
            return Role::Compare(*one, *other);
        }
        (_, _, []) => {
            if let Some(receiver) = receiver {
                if word == "build"
                    && let Some(object) = built(receiver, source)
                {
                    return Role::Object(object);
                }
                if word.starts_with("getAs") {
                    return Role::Same(receiver);
                }
                if let Some(key) = property(word, holder) {
                    return Role::Member { of: receiver, key: Key::Named(key, name) };
                }
            }
        }
        _ => {}
    }
    let arguments = values.into_iter().map(|value| Argument { name: None, value }).collect();
    Role::Call(Call { receiver, name: Some(name), arguments, makes: false })
}

fn of_entries<'t>(entries: impl Iterator<Item = Entry<'t>>) -> Role<'t> {
    Role::Object(Object { entries: entries.collect(), of_type: None })
}

/// The property that a method without arguments gives: a getter's, or a component of a record.
fn property<'t>(method: &'t str, holder: &str) -> Option<Cow<'t, str>> {
    if COMPONENTS.contains(&method) {
        return Some(Cow::Owned(snake(method)));
    }
    let name = method.strip_prefix("get").filter(|name| name.starts_with(char::is_uppercase))?;
    let known = matches!(name, "Class" | "Bytes" | "First" | "Last" | "Instance" | "InputStream" | "Reader");
    let thrown = matches!(holder, "e" | "ex" | "exception" | "error" | "t") && matches!(name, "Message" | "Cause");
    (!known && !thrown).then(|| Cow::Owned(snake(name)))
}

/// Whether a chain of calls puts a text together, from `new StringBuilder(…)` on.
fn builds_text(mut chain: Node<'_>, source: &str) -> bool {
    for _ in 0..200 {
        match (chain.kind(), field(chain, "object")) {
            ("method_invocation", Some(before)) => chain = before,
            ("object_creation_expression", _) => {
                let of_type = field(chain, "type").map(|of_type| text_of(of_type, source));
                return matches!(of_type, Some("StringBuilder" | "StringBuffer"));
            }
            _ => return false,
        }
    }
    false
}

/// What a chain of calls builds, from `Type.builder()` or `new Type.Builder()` on.
fn built<'t>(chain: Node<'t>, source: &'t str) -> Option<Object<'t>> {
    let (mut at, mut entries) = (chain, Vec::new());
    for _ in 0..200 {
        let name = text_of(field(at, "name").unwrap_or(at), source);
        match at.kind() {
            "method_invocation" if matches!(name, "builder" | "newBuilder") => {
                let of_type = field(at, "object").map(|of_type| text_of(of_type, source));
                return object_built(of_type?, entries);
            }
            "method_invocation" => {
                if let (Some(name), [value]) = (field(at, "name"), values(at).as_slice()) {
                    entries.push(Entry::Pair(Key::Named(Cow::Owned(snake(text_of(name, source))), name), *value));
                }
                at = field(at, "object")?;
            }
            "object_creation_expression" => {
                let of_type = text_of(field(at, "type")?, source);
                let of_type = of_type.split('<').next()?;
                return object_built(of_type.strip_suffix("Builder")?.trim_end_matches('.'), entries);
            }
            _ => return None,
        }
    }
    None
}

fn object_built<'t>(of_type: &'t str, mut entries: Vec<Entry<'t>>) -> Option<Object<'t>> {
    let of_type = of_type.rsplit('.').next()?;
    let is_name = of_type.starts_with(char::is_uppercase) && of_type.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_name || BUILDERS.contains(&of_type) || entries.is_empty() {
        return None;
    }
    entries.reverse();
    Some(Object { entries, of_type: Some(of_type) })
}

fn creation<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let Some(of_type) = field(node, "type") else { return Role::Other };
    let name = match of_type.kind() {
        "generic_type" => children(of_type).into_iter().next().unwrap_or(of_type),
        _ => of_type,
    };
    let name = match name.kind() {
        "scoped_type_identifier" => children(name).into_iter().next_back().unwrap_or(name),
        _ => name,
    };
    let (word, values) = (text_of(name, source), values(node));
    let is_size = |values: &[Node<'_>]| values.iter().all(|value| value.kind() == "decimal_integer_literal");
    match word {
        "HashMap" | "LinkedHashMap" | "TreeMap" | "ConcurrentHashMap" | "JSONObject" | "JsonObject" | "ObjectNode"
            if is_size(&values) =>
        {
            let body = child_of_kind(node, "class_body").and_then(|body| child_of_kind(body, "block"));
            return of_entries(body.map(|body| put(body, source)).unwrap_or_default().into_iter());
        }
        "HashMap" | "LinkedHashMap" | "TreeMap" => {
            return of_entries(values.into_iter().take(1).map(Entry::Spread));
        }
        "StringBuilder" | "StringBuffer" => {
            if let [text] = values.as_slice() {
                return Role::Same(*text);
            }
        }
        "ArrayList" | "LinkedList" | "JSONArray" | "JsonArray" | "HashSet" if is_size(&values) => {
            return Role::List(Vec::new());
        }
        "ArrayList" | "LinkedList" | "HashSet" => {
            return Role::List(values.into_iter().take(1).map(Item::Spread).collect());
        }
        _ => {}
    }
    let arguments = values.into_iter().map(|value| Argument { name: None, value }).collect();
    Role::Call(Call { receiver: None, name: Some(name), arguments, makes: true })
}

/// What is put into a map in its initialiser.
fn put<'t>(block: Node<'t>, source: &'t str) -> Vec<Entry<'t>> {
    let entry = |statement: Node<'t>| {
        let call = children(statement).into_iter().next().filter(|call| call.kind() == "method_invocation")?;
        let name = text_of(field(call, "name")?, source);
        match (name, values(call).as_slice()) {
            ("put", [key, value]) => Some(Entry::Pair(Key::Value(*key), *value)),
            ("putAll", [other]) => Some(Entry::Spread(*other)),
            _ => None,
        }
    };
    children(block).into_iter().filter_map(entry).collect()
}

fn annotation<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let argument = |value: Node<'t>| match (field(value, "key"), field(value, "value")) {
        (Some(key), Some(value)) => Argument { name: Some(text_of(key, source)), value },
        _ => Argument { name: None, value },
    };
    let arguments = values(node).into_iter().map(argument).collect();
    Role::Call(Call { receiver: None, name: field(node, "name"), arguments, makes: false })
}

fn parameters(mut function: Function<'_>) -> Function<'_> {
    for parameter in &mut function.parameters {
        let inner = match parameter.kind() {
            "formal_parameter" => field(*parameter, "name"),
            "spread_parameter" => {
                child_of_kind(*parameter, "variable_declarator").and_then(|inner| field(inner, "name"))
            }
            _ => None,
        };
        *parameter = inner.unwrap_or(*parameter);
    }
    function
}

/// A class, record or interface; what is static in it is no field.
fn declared<'t>(node: Node<'t>, source: &'t str) -> Type<'t> {
    let (mut fields, mut rest) = (Vec::new(), Vec::new());
    let modifiers = child_of_kind(node, "modifiers");
    let snakes = modifiers.is_some_and(|modifiers| text_of(modifiers, source).contains("SnakeCase"));
    let add = |declared: Node<'t>, at: Node<'t>, value: Option<Node<'t>>| {
        let name = text_of(at, source);
        let said = wire(declared, source).map(Cow::Borrowed);
        let wire = said.or_else(|| snakes.then(|| Cow::Owned(snake(name))));
        Field { name: Cow::Borrowed(name), wire, at, of_type: field(declared, "type"), value }
    };
    for parameter in field(node, "parameters").map(children).unwrap_or_default() {
        if let Some(at) = field(parameter, "name") {
            fields.push(add(parameter, at, None));
        }
    }
    rest.extend(modifiers);
    for member in field(node, "body").map(children).unwrap_or_default() {
        let is_static = child_of_kind(member, "modifiers")
            .is_some_and(|modifiers| text_of(modifiers, source).split_whitespace().any(|word| word == "static"));
        if member.kind() == "method_declaration"
            && let (Some(at), Some(wire)) = (field(member, "name"), wire(member, source))
        {
            let name = text_of(at, source);
            let name = name.strip_prefix("get").or_else(|| name.strip_prefix("set")).unwrap_or(name);
            let (name, wire) = (Cow::Owned(snake(name)), Some(Cow::Borrowed(wire)));
            fields.push(Field { name, wire, at, of_type: None, value: None });
        }
        if member.kind() != "field_declaration" || is_static {
            rest.push(member);
            continue;
        }
        for declarator in children(member).into_iter().filter(|child| child.kind() == "variable_declarator") {
            if let Some(at) = field(declarator, "name") {
                fields.push(add(member, at, field(declarator, "value")));
            }
        }
    }
    Type { name: field(node, "name"), fields, rest }
}

/// The name on the wire that an annotation says.
fn wire<'t>(declared: Node<'t>, source: &'t str) -> Option<&'t str> {
    let modifiers = child_of_kind(declared, "modifiers")?;
    let naming = |annotation: &Node<'t>| {
        let name = field(*annotation, "name").map(|name| text_of(name, source)).unwrap_or_default();
        NAMING.contains(&name.rsplit('.').next().unwrap_or(name))
    };
    let annotation = children(modifiers).into_iter().filter(naming).find_map(|annotation| {
        let argument = values(annotation).into_iter().find(|argument| {
            field(*argument, "key").is_none_or(|key| matches!(text_of(key, source), "value" | "name"))
        })?;
        Some(field(argument, "value").unwrap_or(argument)).filter(|text| text.kind() == "string_literal")
    })?;
    child_of_kind(annotation, "string_fragment").map(|content| text_of(content, source))
}

fn constant(node: Node<'_>) -> Item<'_> {
    if node.kind() == "enum_constant" { Item::One(node) } else { Item::Spread(node) }
}

/// The text that a constant of an enumeration stands for.
fn named_text<'t>(node: Node<'t>, source: &'t str) -> Option<Node<'t>> {
    let text = |value: &Node<'t>| value.kind() == "string_literal";
    values(node).into_iter().find(text).or_else(|| {
        let modifiers = child_of_kind(node, "modifiers")?;
        let naming =
            |child: &Node<'t>| field(*child, "name").is_some_and(|name| NAMING.contains(&text_of(name, source)));
        values(children(modifiers).into_iter().find(naming)?).into_iter().find(text)
    })
}

fn arms(node: Node<'_>) -> Vec<Arm<'_>> {
    let groups = field(node, "body").map(children).unwrap_or_default();
    let groups = groups.into_iter().filter(|group| group.kind().starts_with("switch_"));
    let arm = |group| {
        let (labels, body): (Vec<_>, Vec<_>) =
            children(group).into_iter().partition(|child| child.kind() == "switch_label");
        let values = labels.into_iter().flat_map(children).filter(|value| !matches!(value.kind(), "pattern" | "guard"));
        Arm { values: values.collect(), body }
    };
    groups.map(arm).collect()
}
