//! Kotlin: which role each kind of node has.

use std::borrow::Cow;

use tree_sitter::Node;

use super::role::{
    Argument, Arm, Call, Entry, Escapes, Field, Function, Item, Key, Object, Part, Role, Type, child_of_kind, children,
    field, parts, text_of,
};

/// Functions in whose lambda `this` is what they are called on, or what they make.
const RECEIVERS: [&str; 11] = [
    "apply",
    "run",
    "with",
    "buildJsonObject",
    "buildJsonArray",
    "buildMap",
    "buildList",
    "putJsonObject",
    "putJsonArray",
    "addJsonObject",
    "addJsonArray",
];

/// Functions that put something into `this`.
const PUTS: [&str; 10] = [
    "put",
    "add",
    "set",
    "putAll",
    "addAll",
    "addProperty",
    "putJsonObject",
    "putJsonArray",
    "addJsonObject",
    "addJsonArray",
];

/// What only leads on to a value.
const VALUES: [&str; 12] = [
    "jsonObject",
    "jsonArray",
    "jsonPrimitive",
    "contentOrNull",
    "intOrNull",
    "asJsonObject",
    "asJsonArray",
    "asJsonPrimitive",
    "asString",
    "asInt",
    "asText",
    "absoluteValue",
];

#[expect(clippy::too_many_lines, reason = "one arm for each kind of node")]
pub(super) fn role<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let both = |left: &str, right: &str| Some((field(node, left)?, field(node, right)?));
    let only = || children(node).into_iter().next();
    match node.kind() {
        "string_literal" => Role::Text(text(node, 1, Escapes::Double, source)),
        "multiline_string_literal" => Role::Text(text(node, 3, Escapes::Raw, source)),
        "character_literal" => Role::Text(text(node, 1, Escapes::Single, source)),
        // `$to` in a text: the name stands after the mark.
        "string_content" => named_after(node, source).map_or(Role::Nothing, Role::Name),
        "number_literal" | "float_literal" => Role::Number,
        "identifier" => match text_of(node, source) {
            "true" => Role::True,
            "false" => Role::False,
            "null" => Role::Null,
            "buildJsonObject" | "putJsonObject" | "addJsonObject" | "buildMap" => Role::Object(Object::default()),
            "buildJsonArray" | "putJsonArray" | "addJsonArray" | "buildList" => Role::List(Vec::new()),
            _ => Role::Name(name_of(node, source)),
        },
        // The parameter that a lambda need not name, and what it is called on.
        "{" => Role::Name("it"),
        "}" | "this_expression" => Role::Name("this"),
        "collection_literal" | "multi_variable_declaration" => {
            Role::List(children(node).into_iter().map(item).collect())
        }
        "navigation_expression" => match children(node).as_slice() {
            [of, name] => member(*of, *name, source),
            _ => Role::Other,
        },
        "index_expression" => match children(node).as_slice() {
            [of, key, ..] => Role::Member { of: *of, key: Key::Value(*key) },
            _ => Role::Other,
        },
        "call_expression" => call(node, source),
        "annotated_lambda" => match node.parent().filter(|call| name_in(*call, source).is_some_and(fills_new)) {
            // What `putJsonObject("text") { … }` puts there.
            Some(call) => {
                let name = callee(call).1;
                let value = child_of_kind(node, "lambda_literal").unwrap_or(node);
                Role::Call(Call { receiver: name, name, arguments: vec![Argument { name: None, value }], makes: false })
            }
            None => child_of_kind(node, "lambda_literal").map_or(Role::Other, Role::Same),
        },
        // Where `putJsonObject("text") { … }` puts it.
        "value_arguments" => match (node.parent().and_then(|call| receiver(call, source)), only()) {
            (Some(of), Some(key)) => Role::Member { of, key: Key::Value(key) },
            _ => Role::Other,
        },
        "constructor_invocation" => match children(node).as_slice() {
            [name, rest @ ..] => Role::Call(Call {
                receiver: None,
                name: children(*name).into_iter().rfind(|part| part.kind() == "identifier"),
                arguments: rest.first().map(|list| arguments(*list, source)).unwrap_or_default(),
                makes: false,
            }),
            _ => Role::Other,
        },
        "infix_expression" => match pair(node, source) {
            Some(pair) => Role::Object(Object { entries: vec![pair], of_type: None }),
            None => Role::Other,
        },
        "binary_expression" => match (both("left", "right"), field(node, "operator").map(|operator| operator.kind())) {
            (Some((left, right)), Some("==" | "===" | "!=" | "!==")) => Role::Compare(left, right),
            // `base + mapOf(…)` of two maps.
            (Some((left, right)), Some("+")) if is_map(left, source) || is_map(right, source) => {
                Role::Object(Object { entries: vec![Entry::Spread(left), Entry::Spread(right)], of_type: None })
            }
            (Some((left, right)), Some("+")) => Role::Join(vec![left, right]),
            (Some((left, right)), Some("||" | "&&" | "?:")) => Role::Either(vec![left, right]),
            _ => Role::Other,
        },
        "in_expression" => match both("left", "right") {
            Some((item, of)) => Role::Among { item, of },
            None => Role::Other,
        },
        "as_expression" | "is_expression" => field(node, "left").map_or(Role::Other, Role::Same),
        "unary_expression" => {
            match (field(node, "argument"), field(node, "operator").map(|operator| operator.kind())) {
                (Some(number), Some("-")) if number.kind().ends_with("_literal") => Role::Number,
                (Some(inner), _) => Role::Same(inner),
                _ => Role::Other,
            }
        }
        "parenthesized_expression" | "spread_expression" | "interpolation" => only().map_or(Role::Nothing, Role::Same),
        "labeled_expression" | "annotated_expression" | "value_argument" => {
            children(node).into_iter().next_back().map_or(Role::Other, Role::Same)
        }
        "variable_declaration" => child_of_kind(node, "identifier").map_or(Role::Other, Role::Same),
        "assignment" => assignment(node, source),
        // A property of `this`.
        "=" => match node.parent().map(|assignment| (receiver_of(assignment, source), field(assignment, "left"))) {
            Some((Some(of), Some(name))) => Role::Member { of, key: Key::Named(name_of(name, source).into(), name) },
            _ => Role::Nothing,
        },
        "property_declaration" => match declared_value(node) {
            (Some(target), Some(value)) => Role::Assign { target, value },
            (_, None) => Role::Nothing,
            _ => Role::Other,
        },
        "class_parameter" => match (child_of_kind(node, "identifier"), default_of(node)) {
            (Some(target), Some(value)) => Role::Assign { target, value },
            _ => Role::Nothing,
        },
        "function_declaration" | "anonymous_function" | "secondary_constructor" => Role::Function(function(node)),
        "lambda_literal" => Role::Function(lambda(node, source)),
        "class_declaration" => match child_of_kind(node, "enum_class_body").zip(field(node, "name")) {
            Some((value, target)) => Role::Assign { target, value },
            None => Role::Type(declared(node, source)),
        },
        "object_declaration" => Role::Type(declared(node, source)),
        "enum_class_body" => Role::Object(constants(node, source)),
        "enum_entry" => constant(node, source),
        "when_expression" => Role::Switch { subject: child_of_kind(node, "when_subject"), arms: arms(node) },
        "when_subject" => match children(node).as_slice() {
            [target, .., value] => Role::Assign { target: *target, value: *value },
            [value] => Role::Same(*value),
            [] => Role::Nothing,
        },
        "range_test" => range_test(node, source),
        "for_statement" => {
            let parts = children(node);
            let begin = parts.iter().position(|part| part.kind().ends_with("variable_declaration"));
            match begin.and_then(|begin| parts.get(begin..)) {
                Some([pattern, of, rest @ ..]) => Role::Each { pattern: *pattern, of: *of, rest: rest.to_vec() },
                _ => Role::Other,
            }
        }
        "return_expression" => {
            let value =
                children(node).into_iter().find(|child| Some(child.id()) != field(node, "label").map(|it| it.id()));
            value.map_or(Role::Nothing, Role::Return)
        }
        "if_expression" if is_value(node) => Role::Either(children(node)),
        "if_expression" | "try_expression" | "catch_block" | "while_statement" | "do_while_statement" => Role::Branch,
        "annotation" => child_of_kind(node, "constructor_invocation").map_or(Role::Nothing, Role::Same),
        "line_comment" | "block_comment" => Role::Comment,
        "import" | "package_header" | "user_type" | "nullable_type" | "function_type" | "type_arguments"
        | "type_parameters" | "type_test" | "type_alias" | "callable_reference" | "label" => Role::Nothing,
        _ => Role::Other,
    }
}

/// A name without the backticks that let it be a word of the language.
fn name_of<'t>(node: Node<'t>, source: &'t str) -> &'t str {
    text_of(node, source).trim_matches('`')
}

/// The name after the mark `$`, when this is one.
fn named_after<'t>(node: Node<'t>, source: &'t str) -> Option<&'t str> {
    let rest = source.get(node.end_byte()..).filter(|_| text_of(node, source) == "$")?;
    let len = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    rest.get(..len).filter(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// The parts of a text that stands between quotes of `quote` bytes.
fn text<'t>(node: Node<'t>, quote: usize, escapes: Escapes, source: &'t str) -> Vec<Part<'t>> {
    let range = node.byte_range();
    let (mut at, end) = (range.start + quote, range.end.saturating_sub(quote));
    if at > end {
        return Vec::new();
    }
    let mut out = Vec::new();
    for child in children(node) {
        let after = match child.kind() {
            "interpolation" => child.end_byte(),
            "string_content" => match named_after(child, source) {
                Some(name) => child.end_byte() + name.len(),
                None => continue,
            },
            _ => continue,
        };
        if child.start_byte() < at || after > end {
            continue;
        }
        out.extend(parts(child, at..child.start_byte(), escapes, &[]));
        out.push(Part::Hole(child));
        at = after;
    }
    if at < end {
        out.push(Part::Spelt(at..end, escapes));
    }
    out
}

/// A member; of the object at hand a name like any other.
fn member<'t>(of: Node<'t>, name: Node<'t>, source: &'t str) -> Role<'t> {
    let text = name_of(name, source);
    if matches!(of.kind(), "this_expression" | "super_expression") && lambda_of(of, source).is_none() {
        return Role::Name(text);
    }
    let is_primitive = matches!(text, "content" | "int" | "long") && text_of(of, source).ends_with("jsonPrimitive");
    if VALUES.contains(&text) || is_primitive {
        return Role::Same(of);
    }
    Role::Member { of, key: Key::Named(text.into(), name) }
}

fn item(node: Node<'_>) -> Item<'_> {
    let inner = if node.kind() == "value_argument" { children(node).into_iter().next_back() } else { Some(node) };
    match inner {
        Some(spread) if spread.kind() == "spread_expression" => Item::Spread(spread),
        Some(inner) => Item::One(inner),
        None => Item::One(node),
    }
}

/// What a call calls: what the function is a method of, and the node of its name.
fn callee(mut call: Node<'_>) -> (Option<Node<'_>>, Option<Node<'_>>) {
    loop {
        return match children(call).first() {
            Some(it) if it.kind() == "identifier" => (None, Some(*it)),
            Some(it) if it.kind() == "navigation_expression" => match children(*it).as_slice() {
                [of, name] => (Some(*of), Some(*name)),
                _ => (Some(*it), None),
            },
            // `post(url) { … }`: the lambda is one more argument.
            Some(it) if it.kind() == "call_expression" && is_trailing(call) => {
                call = *it;
                continue;
            }
            other => (other.copied(), None),
        };
    }
}

/// Whether all that a call adds to another is a lambda.
fn is_trailing(call: Node<'_>) -> bool {
    children(call).last().is_some_and(|last| last.kind() == "annotated_lambda")
        && child_of_kind(call, "value_arguments").is_none()
}

fn name_in<'t>(call: Node<'t>, source: &'t str) -> Option<&'t str> {
    callee(call).1.filter(|_| call.kind() == "call_expression").map(|name| text_of(name, source))
}

/// Whether a function makes an object or a list that its lambda fills.
fn fills_new(name: &str) -> bool {
    matches!(name, "putJsonObject" | "putJsonArray" | "addJsonObject" | "addJsonArray")
}

/// The nearest lambda around a node in which `this` is what is filled.
fn lambda_of<'t>(node: Node<'t>, source: &'t str) -> Option<Node<'t>> {
    let mut at = node;
    loop {
        at = at.parent()?;
        if matches!(at.kind(), "function_declaration" | "class_declaration") {
            return None;
        }
        let call = at.parent().filter(|_| at.kind() == "lambda_literal").and_then(|lambda| lambda.parent());
        if call.and_then(|call| name_in(call, source)).is_some_and(|name| RECEIVERS.contains(&name)) {
            return Some(at);
        }
    }
}

/// What stands for `this` at a node in a lambda that fills it.
fn receiver_of<'t>(node: Node<'t>, source: &'t str) -> Option<Node<'t>> {
    let lambda = lambda_of(node, source)?;
    lambda.child(lambda.child_count().checked_sub(1)?).filter(|last| last.kind() == "}")
}

/// What a function is a method of; of those that put something somewhere, that may be `this`.
fn receiver<'t>(call: Node<'t>, source: &'t str) -> Option<Node<'t>> {
    let (of, name) = callee(call);
    match of {
        Some(of) if matches!(of.kind(), "this_expression" | "super_expression") => receiver_of(call, source),
        Some(of) => Some(of),
        None if PUTS.contains(&text_of(name?, source)) => receiver_of(call, source),
        None => None,
    }
}

fn arguments<'t>(list: Node<'t>, source: &'t str) -> Vec<Argument<'t>> {
    let argument = |argument: Node<'t>| match children(argument).as_slice() {
        [name, value] if argument.kind() == "value_argument" && name.kind() == "identifier" => {
            Argument { name: Some(name_of(*name, source)), value: *value }
        }
        [value] if argument.kind() == "value_argument" => Argument { name: None, value: *value },
        _ => Argument { name: None, value: argument },
    };
    children(list).into_iter().map(argument).collect()
}

fn call<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let inner = children(node).into_iter().next().filter(|it| it.kind() == "call_expression" && is_trailing(node));
    let list = child_of_kind(inner.unwrap_or(node), "value_arguments");
    let trailing = child_of_kind(node, "annotated_lambda");
    let lambda = trailing.and_then(|lambda| child_of_kind(lambda, "lambda_literal"));
    let (of, name) = callee(node);
    let word = name.map(|name| text_of(name, source)).unwrap_or_default();
    let mut arguments = list.map(|list| arguments(list, source)).unwrap_or_default();
    let pairs: Option<Vec<Entry<'t>>> = arguments.iter().map(|argument| pair(argument.value, source)).collect();
    match (word, of, list, lambda) {
        (_, None, Some(_), None) if is_map_of(word) || !arguments.is_empty() && pairs.is_some() => {
            let entry = |argument: &Argument<'t>| pair(argument.value, source).unwrap_or(Entry::Spread(argument.value));
            let entries = arguments.iter().filter(|argument| argument.value.kind() != "number_literal").map(entry);
            Role::Object(Object { entries: entries.collect(), of_type: None })
        }
        ("JSONObject" | "JsonObject", None, Some(_), None) if arguments.is_empty() => Role::Object(Object::default()),
        ("JSONArray" | "JsonArray", None, Some(_), None) if arguments.is_empty() => Role::List(Vec::new()),
        (_, None, Some(list), None) if is_list_of(word) => Role::List(children(list).into_iter().map(item).collect()),
        ("equals" | "contentEquals", Some(one), ..) if !arguments.is_empty() => Role::Compare(one, arguments[0].value),
        ("copy", Some(of), Some(_), None) if !arguments.is_empty() => {
            let changed = arguments.iter().filter_map(|argument| {
                let at = argument.value.prev_named_sibling()?;
                Some(Entry::Pair(Key::Named(Cow::Borrowed(argument.name?), at), argument.value))
            });
            Role::Object(Object { entries: std::iter::once(Entry::Spread(of)).chain(changed).collect(), of_type: None })
        }
        // What comes of the lambda is what comes of the call.
        ("let" | "use" | "run", Some(of), None, Some(lambda)) => {
            let Function { parameters, body, .. } = self::lambda(lambda, source);
            Role::Switch { subject: Some(of), arms: vec![Arm { values: parameters, body }] }
        }
        ("putJsonObject" | "putJsonArray", _, Some(target), Some(_)) => {
            trailing.map_or(Role::Other, |value| Role::Assign { target, value })
        }
        ("addJsonObject" | "addJsonArray", _, None, Some(_)) => {
            let arguments = trailing.into_iter().map(|value| Argument { name: None, value }).collect();
            Role::Call(Call { receiver: receiver(node, source), name, arguments, makes: false })
        }
        _ => {
            if let Some(lambda) = lambda {
                arguments.extend(method_in(lambda, source));
                arguments.push(Argument { name: None, value: lambda });
            }
            let makes_new = matches!(word, "buildJsonObject" | "buildJsonArray" | "buildMap" | "buildList");
            let receiver = if makes_new && lambda.is_some() { name } else { receiver(node, source) };
            let makes = of.is_none() && word.starts_with(|c: char| c.is_ascii_uppercase());
            Role::Call(Call { receiver, name, arguments, makes })
        }
    }
}

/// The HTTP method in `request(url) { method = HttpMethod.Put }`.
fn method_in<'t>(lambda: Node<'t>, source: &'t str) -> Option<Argument<'t>> {
    let is_method = |name: Node<'t>| text_of(name, source) == "method";
    let assignments = children(lambda).into_iter().filter(|statement| statement.kind() == "assignment");
    let mut methods = assignments.filter(|assignment| field(*assignment, "left").is_some_and(is_method));
    let value = field(methods.next()?, "right")?;
    Some(Argument { name: Some("method"), value })
}

/// The member in `"to" to to` and `Pair("to", to)`.
fn pair<'t>(mut node: Node<'t>, source: &'t str) -> Option<Entry<'t>> {
    while let ("parenthesized_expression", [inner]) = (node.kind(), children(node).as_slice()) {
        node = *inner;
    }
    match (node.kind(), children(node).as_slice()) {
        ("infix_expression", [key, word, value]) if text_of(*word, source) == "to" => {
            Some(Entry::Pair(Key::Value(*key), *value))
        }
        ("call_expression", [name, list]) if text_of(*name, source) == "Pair" => {
            match arguments(*list, source).as_slice() {
                [key, value] => Some(Entry::Pair(Key::Value(key.value), value.value)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_map_of(name: &str) -> bool {
    matches!(name, "HashMap" | "LinkedHashMap") || name.ends_with("apOf")
}

fn is_list_of(name: &str) -> bool {
    matches!(name, "arrayOf" | "ArrayList" | "listOfNotNull") || name.ends_with("istOf") || name.ends_with("etOf")
}

/// Whether a value is a map, or a pair to be put into one.
fn is_map(node: Node<'_>, source: &str) -> bool {
    let is_map_of = name_in(node, source).is_some_and(is_map_of);
    is_map_of || pair(node, source).is_some()
}

fn assignment<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let (Some(target), Some(value), Some(operator)) =
        (field(node, "left"), field(node, "right"), field(node, "operator"))
    else {
        return Role::Other;
    };
    match operator.kind() {
        // In a lambda that fills something a name is that of a property.
        "=" if target.kind() == "identifier" => {
            let target = receiver_of(node, source).map_or(target, |_| operator);
            Role::Assign { target, value }
        }
        "=" => Role::Assign { target, value },
        "+=" if is_map(value, source) || value.kind() == "call_expression" => {
            let arguments = vec![Argument { name: None, value }];
            Role::Call(Call { receiver: Some(target), name: Some(operator), arguments, makes: false })
        }
        _ => Role::Other,
    }
}

/// What a declaration declares, and the value that it has from then on.
fn declared_value(node: Node<'_>) -> (Option<Node<'_>>, Option<Node<'_>>) {
    let parts = children(node);
    let Some(at) = parts.iter().position(|part| part.kind().ends_with("variable_declaration")) else {
        return (None, None);
    };
    let value = parts[at + 1..].iter().find_map(|part| match part.kind() {
        "type_constraints" | "setter" => None,
        "getter" => child_of_kind(*part, "function_body").and_then(|body| children(body).into_iter().next()),
        // `by lazy { … }`
        "property_delegate" => {
            let lambda = children(*part).into_iter().next().and_then(|call| child_of_kind(call, "annotated_lambda"));
            let lambda = lambda.and_then(|lambda| child_of_kind(lambda, "lambda_literal"))?;
            children(lambda).into_iter().next_back()
        }
        _ => Some(*part),
    });
    (Some(parts[at]), value)
}

/// The value that a parameter has when it is given none.
fn default_of(parameter: Node<'_>) -> Option<Node<'_>> {
    let after_name = children(parameter).into_iter().skip_while(|child| child.kind() != "identifier");
    after_name.skip(1).find(|child| !child.kind().ends_with("_type"))
}

fn function(node: Node<'_>) -> Function<'_> {
    let parameters = child_of_kind(node, "function_value_parameters").map(children).unwrap_or_default();
    let parameters = parameters.into_iter().filter(|it| it.kind() == "parameter");
    let body = child_of_kind(node, "function_body").and_then(|body| children(body).into_iter().next());
    let body = body.or_else(|| child_of_kind(node, "block"));
    let is_expression = body.is_some_and(|body| body.kind() != "block");
    // What is said of it may have an address.
    let said = child_of_kind(node, "modifiers").filter(|_| !is_expression);
    Function {
        name: field(node, "name"),
        parameters: parameters.filter_map(|it| child_of_kind(it, "identifier")).collect(),
        body: said.into_iter().chain(body).collect(),
        is_expression,
    }
}

fn lambda<'t>(node: Node<'t>, source: &'t str) -> Function<'t> {
    let mut cursor = node.walk();
    let (lists, body): (Vec<_>, Vec<_>) =
        node.named_children(&mut cursor).partition(|child| child.kind() == "lambda_parameters");
    let call = node.parent().and_then(|lambda| lambda.parent());
    let fills = call.and_then(|call| name_in(call, source)).is_some_and(|name| RECEIVERS.contains(&name));
    let implied = if fills { node.child_count().checked_sub(1) } else { Some(0) };
    let implied = implied.and_then(|at| node.child(at));
    let implied = implied.filter(|it| matches!(it.kind(), "{" | "}"));
    let parameters = match lists.first() {
        Some(list) => {
            let plain = |it: Node<'t>| child_of_kind(it, "identifier").filter(|_| it.kind() == "variable_declaration");
            children(*list).into_iter().map(|it| plain(it).unwrap_or(it)).collect()
        }
        None => implied.into_iter().collect(),
    };
    let is_expression = body.len() == 1;
    Function { name: None, parameters, body, is_expression }
}

/// A class: what it declares, and what it does.
fn declared<'t>(node: Node<'t>, source: &'t str) -> Type<'t> {
    let (mut fields, mut rest) = (Vec::new(), Vec::new());
    rest.extend(
        children(node).into_iter().filter(|child| matches!(child.kind(), "modifiers" | "delegation_specifiers")),
    );
    let constructor = child_of_kind(node, "primary_constructor").and_then(|it| child_of_kind(it, "class_parameters"));
    let parameters = constructor.map(children).unwrap_or_default();
    let members = child_of_kind(node, "class_body").map(children).unwrap_or_default();
    for member in parameters.into_iter().chain(members) {
        let (at, value) = match member.kind() {
            "class_parameter" if is_property(member) => (Some(member), default_of(member)),
            "property_declaration"
                if node.kind() == "class_declaration" && child_of_kind(member, "getter").is_none() =>
            {
                declared_value(member)
            }
            _ => (None, None),
        };
        let at = at.filter(|_| !is_private(member, source));
        match at.and_then(|at| Some((at, child_of_kind(at, "identifier")?))) {
            Some((declaration, at)) => {
                let of_type = children(declaration).into_iter().find(|child| child.kind().ends_with("_type"));
                let wire = wire(member, source).map(|text| text_of(text, source).trim_matches('"').into());
                fields.push(Field { name: name_of(at, source).into(), wire, at, of_type, value });
            }
            None => rest.push(member),
        }
    }
    Type { name: field(node, "name"), fields, rest }
}

/// Whether a parameter of a constructor is a property, too.
fn is_property(parameter: Node<'_>) -> bool {
    let mut cursor = parameter.walk();
    parameter.children(&mut cursor).any(|child| matches!(child.kind(), "val" | "var"))
}

/// Whether a property is no part of what is sent.
fn is_private(member: Node<'_>, source: &str) -> bool {
    let marks = child_of_kind(member, "modifiers").map(children).unwrap_or_default();
    let is = |mark: Node<'_>| matches!(text_of(mark, source), "private" | "protected" | "const");
    marks.into_iter().any(is) && wire(member, source).is_none()
}

/// The text with the name on the wire that annotations give a member.
fn wire<'t>(member: Node<'t>, source: &'t str) -> Option<Node<'t>> {
    let marks = child_of_kind(member, "modifiers").map(children).unwrap_or_default();
    marks.into_iter().find_map(|mark| {
        let made = child_of_kind(mark, "constructor_invocation")?;
        let name = text_of(*children(made).first()?, source);
        let known =
            matches!(name, "SerialName" | "SerializedName" | "JsonProperty" | "Json" | "JsonField" | "JsonNames");
        let list = child_of_kind(made, "value_arguments").filter(|_| known)?;
        let named = |argument: &Argument<'_>| argument.name.is_none_or(|name| matches!(name, "name" | "value"));
        let text = arguments(list, source).into_iter().find(named)?.value;
        (text.kind() == "string_literal").then_some(text)
    })
}

/// The entries of an enum, each with its name on the wire.
fn constants<'t>(node: Node<'t>, source: &'t str) -> Object<'t> {
    let entries = children(node).into_iter().filter_map(|entry| {
        let name = child_of_kind(entry, "identifier").filter(|_| entry.kind() == "enum_entry")?;
        Some(Entry::Pair(Key::Named(name_of(name, source).into(), name), entry))
    });
    Object { entries: entries.collect(), of_type: None }
}

fn constant<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let given = child_of_kind(node, "value_arguments").map(|list| arguments(list, source)).unwrap_or_default();
    let given = given.into_iter().map(|argument| argument.value).find(|value| value.kind() == "string_literal");
    match (wire(node, source).or(given), child_of_kind(node, "identifier")) {
        (Some(text), _) => Role::Same(text),
        (None, Some(name)) => Role::Text(parts(name, name.byte_range(), Escapes::Raw, &[])),
        (None, None) => Role::Nothing,
    }
}

fn arms(node: Node<'_>) -> Vec<Arm<'_>> {
    children(node).into_iter().filter(|entry| entry.kind() == "when_entry").map(arm).collect()
}

fn arm(entry: Node<'_>) -> Arm<'_> {
    let mut cursor = entry.walk();
    let conditions: Vec<usize> =
        entry.children_by_field_name("condition", &mut cursor).map(|condition| condition.id()).collect();
    let (values, body) = children(entry).into_iter().partition(|part| conditions.contains(&part.id()));
    Arm { values, body }
}

/// `in listOf("audio", "video")` as a case.
fn range_test<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let Some(of) = children(node).into_iter().next() else { return Role::Nothing };
    if let Role::List(items) = role(of, source) {
        let values = items.into_iter().filter_map(|item| match item {
            Item::One(value) | Item::Spread(value) => Some(value),
            Item::Part(_) => None,
        });
        return Role::Either(values.collect());
    }
    let when = node.parent().and_then(|entry| entry.parent());
    let subject = when.and_then(|when| child_of_kind(when, "when_subject")).map(children).unwrap_or_default();
    match subject.first() {
        Some(item) => Role::Among { item: *item, of },
        None => Role::Other,
    }
}

/// Whether a condition is there for the value of its branches.
fn is_value(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| {
        matches!(
            parent.kind(),
            "property_declaration"
                | "assignment"
                | "value_argument"
                | "return_expression"
                | "function_body"
                | "parenthesized_expression"
        )
    })
}
