//! Ruby: which role each kind of node has.

use std::borrow::Cow;

use tree_sitter::Node;

use super::role::{
    Argument, Arm, Call, Entry, Escapes, Field, Function, Item, Key, Object, Part, Role, Type, child_of_kind, children,
    field, parts, text_of,
};

/// Methods without arguments that give no property.
const METHODS: [&str; 36] = [
    "read",
    "raw_post",
    "string",
    "first",
    "last",
    "second",
    "shift",
    "pop",
    "keys",
    "values",
    "size",
    "length",
    "count",
    "compact",
    "flatten",
    "uniq",
    "reverse",
    "sort",
    "sample",
    "each",
    "strip",
    "chomp",
    "downcase",
    "upcase",
    "camelize",
    "underscore",
    "constantize",
    "dup",
    "clone",
    "freeze",
    "presence",
    "new",
    "call",
    "tap",
    "class",
    "parsed_response",
];
/// How long a block may be that is searched for the parameter it does not name, in bytes.
const LONGEST_BLOCK: usize = 2000;
/// How long a file may be in which the values in heredocs are searched for, in bytes.
const LONGEST_SEARCHED: usize = 200_000;

pub(super) fn role<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let both = |left: &str, right: &str| Some((field(node, left)?, field(node, right)?));
    let only = || children(node).into_iter().next();
    match node.kind() {
        "string" | "bare_string" | "bare_symbol" | "delimited_symbol" => Role::Text(string(node, source)),
        "simple_symbol" => {
            let range = node.byte_range();
            Role::Text(vec![Part::Spelt((range.start + 1).min(range.end)..range.end, Escapes::Raw)])
        }
        "heredoc_beginning" => Role::Text(heredoc(node, source)),
        "chained_string" => Role::Join(children(node)),
        "interpolation" => only().map_or(Role::Other, Role::Same),
        "integer" | "float" => Role::Number,
        "unary" => match field(node, "operand") {
            Some(operand) if matches!(operand.kind(), "integer" | "float") => Role::Number,
            _ => Role::Other,
        },
        "true" => Role::True,
        "false" => Role::False,
        "nil" => Role::Null,
        "hash" | "hash_pattern" => Role::Object(Object { entries: entries(children(node), source), of_type: None }),
        // Hash arguments without braces; what is given back, otherwise.
        "argument_list" => match children(node) {
            all if all.iter().any(|child| is_pair(*child)) => {
                Role::Object(Object { entries: entries(all, source), of_type: None })
            }
            all => match all.as_slice() {
                [one] => Role::Same(*one),
                _ => Role::List(all.into_iter().map(item).collect()),
            },
        },
        "pair" => Role::Object(Object { entries: entries(vec![node], source), of_type: None }),
        "array"
        | "string_array"
        | "symbol_array"
        | "array_pattern"
        | "find_pattern"
        | "left_assignment_list"
        | "destructured_left_assignment"
        | "destructured_parameter"
        | "right_assignment_list" => Role::List(children(node).into_iter().map(item).collect()),
        "identifier" | "constant" | "hash_key_symbol" => Role::Name(text_of(node, source)),
        "instance_variable" | "class_variable" | "global_variable" => {
            Role::Name(text_of(node, source).trim_start_matches(['@', '$']))
        }
        "scope_resolution" => field(node, "name").map_or(Role::Other, Role::Same),
        "element_reference" => element(node),
        "call" => call(node, source),
        "binary" => match (both("left", "right"), field(node, "operator")) {
            (Some((left, right)), Some(operator)) => match operator.kind() {
                "==" | "!=" | "===" => Role::Compare(left, right),
                "||" | "or" | "&&" | "and" => Role::Either(vec![left, right]),
                "+" => Role::Join(vec![left, right]),
                "%" => Role::Format(left, vec![right]),
                "<<" => {
                    let arguments = vec![Argument { name: None, value: right }];
                    Role::Call(Call { receiver: Some(left), name: Some(operator), arguments, makes: false })
                }
                _ => Role::Other,
            },
            _ => Role::Other,
        },
        "conditional" => {
            let nodes = ["consequence", "alternative", "condition"].iter().filter_map(|name| field(node, name));
            Role::Either(nodes.collect())
        }
        "parenthesized_statements"
        | "begin"
        | "block_argument"
        | "exception_variable"
        | "pattern"
        | "in"
        | "rest_assignment"
        | "parenthesized_pattern" => match children(node).as_slice() {
            [one] => Role::Same(*one),
            _ => Role::Other,
        },
        _ => statement(node, source),
    }
}

/// The role of what takes values apart, declares or does something.
fn statement<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let both = |left: &str, right: &str| Some((field(node, left)?, field(node, right)?));
    let only = || children(node).into_iter().next();
    match node.kind() {
        "splat_argument" | "splat_parameter" | "hash_splat_parameter" | "block_parameter" => {
            field(node, "name").or_else(only).map_or(Role::Nothing, Role::Same)
        }
        "optional_parameter" | "keyword_parameter" => match (field(node, "name"), field(node, "value")) {
            (Some(target), Some(value)) => Role::Assign { target, value },
            (Some(name), None) => Role::Same(name),
            _ => Role::Nothing,
        },
        "assignment" => match both("left", "right") {
            Some((left, right)) => assignment(node, left, right, source),
            None => Role::Other,
        },
        "operator_assignment" => match (both("left", "right"), field(node, "operator")) {
            (Some((target, value)), Some(operator)) => match operator.kind() {
                "||=" | "&&=" => Role::Assign { target, value },
                "+=" => Role::Extend { target, value },
                _ => Role::Other,
            },
            _ => Role::Other,
        },
        "match_pattern" | "test_pattern" => match both("pattern", "value") {
            Some((target, value)) => Role::Assign { target, value },
            None => Role::Other,
        },
        "as_pattern" => match both("name", "value") {
            Some((target, value)) => Role::Assign { target, value },
            None => Role::Other,
        },
        "alternative_pattern" => Role::Either(children(node)),
        "method" | "singleton_method" => Role::Function(method(node)),
        "lambda" => {
            let block = field(node, "body");
            let body = block.map(statements).unwrap_or_default();
            Role::Function(Function { body, ..method(node) })
        }
        "block" | "do_block" => Role::Function(block(node, source)),
        "class" | "module" | "singleton_class" => Role::Type(class(node, source)),
        "case" => Role::Switch { subject: field(node, "value"), arms: whens(node) },
        "case_match" => Role::Switch { subject: field(node, "value"), arms: ins(node) },
        "if" | "unless" | "elsif" => Role::Switch { subject: None, arms: branches(node) },
        "for" => match both("pattern", "value") {
            Some((pattern, of)) => Role::Each { pattern, of, rest: field(node, "body").into_iter().collect() },
            None => Role::Other,
        },
        "return" => only().map_or(Role::Nothing, Role::Return),
        "if_modifier" | "unless_modifier" => {
            let body = field(node, "body").into_iter().collect();
            let arm = Arm { values: field(node, "condition").into_iter().collect(), body };
            Role::Switch { subject: None, arms: vec![arm] }
        }
        "while" | "until" | "while_modifier" | "until_modifier" | "rescue" | "rescue_modifier" => Role::Branch,
        "comment" => Role::Comment,
        "heredoc_body" | "regex" | "subshell" | "superclass" | "alias" | "undef" | "uninterpreted" => Role::Nothing,
        _ => Role::Other,
    }
}

/// All that stands in a node, comments too.
fn statements(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let all: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
    let inner = all.iter().find(|child| matches!(child.kind(), "body_statement" | "block_body"));
    if let Some(inner) = inner {
        return statements(*inner);
    }
    // The value is that of the last statement, whatever is done about errors after it.
    let late = |child: &Node<'_>| matches!(child.kind(), "rescue" | "ensure" | "else") || child.is_extra();
    let last = all.iter().rposition(|child| !late(child));
    let mut all = all;
    if let Some(last) = last {
        let last = all.remove(last);
        all.push(last);
    }
    all
}

/// What stands between the quotes of a text.
fn string<'t>(node: Node<'t>, source: &'t str) -> Vec<Part<'t>> {
    let range = node.byte_range();
    let text = text_of(node, source);
    let quote = |index: u32| node.child(index).filter(|child| !child.is_named());
    let start = quote(0).map_or(range.start, |quote| quote.end_byte());
    let end = node.child_count().checked_sub(1).and_then(quote).map_or(range.end, |quote| quote.start_byte());
    if start > end {
        return Vec::new();
    }
    let few = text.starts_with(['\'', '%']) && !text.starts_with("%Q") && !text.starts_with("%(") || !is_quoted(node);
    let few = few || text.starts_with(":'");
    parts(node, start..end, if few { Escapes::Few } else { Escapes::Double }, &["interpolation"])
}

/// Whether a text has quotes of its own, unlike those in `%w[]`.
fn is_quoted(node: Node<'_>) -> bool {
    matches!(node.kind(), "string" | "delimited_symbol")
}

/// The parts of a heredoc, whose body stands below the line it begins in.
fn heredoc<'t>(node: Node<'t>, source: &'t str) -> Vec<Part<'t>> {
    let open = text_of(node, source);
    let tag = open.trim_start_matches(['<', '~', '-']).trim_matches(['\'', '"', '`']);
    let escapes = if open.contains('\'') { Escapes::Raw } else { Escapes::Double };
    let after = node.end_byte();
    let rest = source.get(after..).unwrap_or_default();
    let Some(line) = rest.find('\n').map(|at| at + 1) else { return Vec::new() };
    let mut len = 0;
    for line in rest[line..].split_inclusive('\n') {
        if line.trim() == tag {
            break;
        }
        len += line.len();
    }
    let body = after + line..after + line + len;
    let before = source[..node.start_byte()].rfind('\n').map_or(0, |at| at + 1);
    let several = source[before..after + line].matches("<<").count() > 1;
    let values = escapes == Escapes::Double && source[body.clone()].contains("#{");
    if (several || values) && source.len() <= LONGEST_SEARCHED {
        return heredoc_body(node, tag, source)
            .map_or_else(Vec::new, |body| heredoc_parts(body, escapes == Escapes::Raw));
    }
    vec![Part::Spelt(body, escapes)]
}

/// The body of a heredoc among what follows the nodes that the heredoc begins in.
fn heredoc_body<'t>(node: Node<'t>, tag: &str, source: &'t str) -> Option<Node<'t>> {
    let row = node.start_position().row;
    let fits =
        |body: &Node<'t>| child_of_kind(*body, "heredoc_end").is_some_and(|end| text_of(end, source).trim() == tag);
    let mut above = Some(node);
    for _ in 0..40 {
        let at = above?;
        let mut next = at.next_named_sibling();
        while let Some(sibling) = next {
            if sibling.kind() == "heredoc_body" && fits(&sibling) {
                return Some(sibling);
            }
            if sibling.kind() != "heredoc_body" && sibling.start_position().row > row {
                break;
            }
            next = sibling.next_named_sibling();
        }
        above = at.parent();
    }
    None
}

fn heredoc_parts(body: Node<'_>, raw: bool) -> Vec<Part<'_>> {
    let end = child_of_kind(body, "heredoc_end").map_or(body.end_byte(), |end| end.start_byte());
    let inside = body.start_byte().min(end)..end;
    if raw { parts(body, inside, Escapes::Raw, &[]) } else { parts(body, inside, Escapes::Double, &["interpolation"]) }
}

fn is_pair(node: Node<'_>) -> bool {
    matches!(node.kind(), "pair" | "hash_splat_argument")
}

/// The members of a hash, hash arguments or a pattern.
fn entries<'t>(nodes: Vec<Node<'t>>, source: &'t str) -> Vec<Entry<'t>> {
    let entry = |node: Node<'t>| match node.kind() {
        "pair" | "keyword_pattern" => {
            let key = field(node, "key")?;
            // `{ to: }` has the variable of that name.
            Some(Entry::Pair(self::key(key, source), field(node, "value").unwrap_or(key)))
        }
        "hash_splat_argument" => children(node).into_iter().next().map(Entry::Spread),
        "hash_splat_parameter" => field(node, "name").map(Entry::Spread),
        _ => None,
    };
    nodes.into_iter().filter_map(entry).collect()
}

fn key<'t>(node: Node<'t>, source: &'t str) -> Key<'t> {
    match node.kind() {
        "hash_key_symbol" => Key::Named(Cow::Borrowed(text_of(node, source)), node),
        _ => Key::Value(node),
    }
}

fn item(node: Node<'_>) -> Item<'_> {
    match node.kind() {
        "splat_argument" | "splat_parameter" | "rest_assignment" => Item::Spread(node),
        _ => Item::One(node),
    }
}

fn element(node: Node<'_>) -> Role<'_> {
    let Some(of) = field(node, "object") else { return Role::Other };
    let keys = children(node).into_iter().filter(|child| child.id() != of.id());
    match keys.collect::<Vec<_>>().as_slice() {
        [key] => Role::Member { of, key: Key::Value(*key) },
        _ => Role::Same(of),
    }
}

fn assignment<'t>(node: Node<'t>, left: Node<'t>, right: Node<'t>, source: &'t str) -> Role<'t> {
    match structure(left, right, source) {
        Some(declared) => Role::Type(declared),
        None if node.kind() == "assignment" => Role::Assign { target: left, value: right },
        None => Role::Other,
    }
}

/// `Status = Struct.new(:id, :recipient_id)` and its kin.
fn structure<'t>(left: Node<'t>, right: Node<'t>, source: &'t str) -> Option<Type<'t>> {
    let receiver = field(right, "receiver")?;
    let method = text_of(field(right, "method")?, source);
    if left.kind() != "constant"
        || !matches!((text_of(receiver, source), method), ("Struct", "new") | ("Data", "define"))
    {
        return None;
    }
    let arguments = field(right, "arguments").map(children).unwrap_or_default();
    let symbols = arguments.into_iter().filter(|argument| argument.kind() == "simple_symbol");
    let fields = symbols.map(|at| Field { name: symbol(at, source), wire: None, at, of_type: None, value: None });
    Some(Type { name: Some(left), fields: fields.collect(), rest: field(right, "block").into_iter().collect() })
}

/// The name that a symbol or text has.
fn symbol<'t>(node: Node<'t>, source: &'t str) -> Cow<'t, str> {
    Cow::Borrowed(text_of(node, source).trim_start_matches(':').trim_matches(['\'', '"']))
}

fn call<'t>(node: Node<'t>, source: &'t str) -> Role<'t> {
    let (receiver, name) = (field(node, "receiver"), field(node, "method"));
    let (list, block) = (field(node, "arguments"), field(node, "block"));
    let text = name.map(|name| text_of(name, source)).unwrap_or_default();
    if let (Some(of), Some(at), None, None) = (receiver, name, list, block) {
        if of.kind() == "self" {
            return Role::Name(text);
        }
        if !is_method(text) {
            return Role::Member { of, key: Key::Named(Cow::Borrowed(text), at) };
        }
    }
    if let Some(declared) = block.and_then(|block| schema(block, source)) {
        return Role::Type(declared);
    }
    let given = list.map(children).unwrap_or_default();
    // `message&.[](:voice)`
    if let (Some(of), "[]", [key]) = (receiver, text, given.as_slice()) {
        return Role::Member { of, key: Key::Value(*key) };
    }
    let makes = text == "new" && receiver.is_some_and(|of| matches!(of.kind(), "constant" | "scope_resolution"));
    if makes && receiver.is_some_and(|of| text_of(of, source) == "Hash") {
        return Role::Object(Object::default());
    }
    let mut arguments = Vec::new();
    let mut pairs = false;
    for argument in given {
        let named = field(argument, "key").filter(|key| makes && key.kind() == "hash_key_symbol");
        match named {
            Some(key) => {
                let value = field(argument, "value").unwrap_or(key);
                arguments.push(Argument { name: Some(text_of(key, source)), value });
            }
            None if is_pair(argument) => pairs = true,
            None => arguments.push(Argument { name: None, value: argument }),
        }
    }
    let pairs = list.filter(|_| pairs && !makes);
    arguments.extend(pairs.map(|value| Argument { name: None, value }));
    arguments.extend(block.map(|value| Argument { name: None, value }));
    if makes {
        let name = receiver.map(|of| field(of, "name").unwrap_or(of));
        return Role::Call(Call { receiver: None, name, arguments, makes });
    }
    Role::Call(Call { receiver, name, arguments, makes })
}

/// Whether what is called without arguments does something, rather than being a property.
fn is_method(name: &str) -> bool {
    METHODS.contains(&name)
        || name.ends_with(['?', '!'])
        || ["to_", "as_", "with_", "deep_", "symbolize_", "stringify_"].iter().any(|start| name.starts_with(start))
}

fn method(node: Node<'_>) -> Function<'_> {
    let body = field(node, "body");
    let body = body.map(|body| if body.kind() == "body_statement" { statements(body) } else { vec![body] });
    Function {
        name: field(node, "name"),
        parameters: field(node, "parameters").map(children).unwrap_or_default(),
        body: body.unwrap_or_default(),
        is_expression: true,
    }
}

fn block<'t>(node: Node<'t>, source: &'t str) -> Function<'t> {
    let parameters = field(node, "parameters").map_or_else(|| unnamed(node, source).into_iter().collect(), children);
    let body = field(node, "body").map(statements).unwrap_or_default();
    Function { name: None, parameters, body, is_expression: true }
}

/// Where a block without parameters uses `it` or `_1`.
fn unnamed<'t>(block: Node<'t>, source: &'t str) -> Option<Node<'t>> {
    let text = text_of(block, source);
    if text.len() > LONGEST_BLOCK || !(text.contains("it") || text.contains("_1")) {
        return None;
    }
    let mut left = vec![block];
    while let Some(node) = left.pop() {
        if node.kind() == "identifier" && matches!(text_of(node, source), "it" | "_1") {
            return Some(node);
        }
        left.extend(children(node).into_iter().rev());
    }
    None
}

/// A class with the fields that it declares by calls such as `attr_accessor :from` and `attribute :from, String`.
fn class<'t>(node: Node<'t>, source: &'t str) -> Type<'t> {
    let (mut fields, mut rest) = (Vec::new(), Vec::new());
    for statement in field(node, "body").map(statements_in_order).unwrap_or_default() {
        let method = field(statement, "method").filter(|_| field(statement, "receiver").is_none());
        let arguments = field(statement, "arguments").map(children).unwrap_or_default();
        let symbols = arguments.iter().take_while(|argument| matches!(argument.kind(), "simple_symbol" | "string"));
        let symbols: Vec<Node<'t>> = symbols.copied().collect();
        let several = match method.map(|method| text_of(method, source)).unwrap_or_default() {
            "attr_accessor" | "attr_reader" | "attr_writer" | "attributes" => true,
            "attribute" | "property" | "field" | "prop" | "const" | "expose" | "attribute?" => false,
            _ => {
                rest.push(statement);
                continue;
            }
        };
        let most = if several { symbols.len() } else { 1 };
        for at in symbols.iter().take(most) {
            let of_type = arguments.get(1).filter(|of_type| !several && !is_pair(**of_type)).copied();
            let wire = wire(&arguments, source).filter(|_| !several);
            fields.push(Field { name: symbol(*at, source), wire, at: *at, of_type, value: None });
        }
        rest.extend(field(statement, "block"));
    }
    Type { name: field(node, "name"), fields, rest }
}

fn statements_in_order(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// What a block declares by calls such as `required(:from).filled(:string)` and `requires :from, type: String`.
fn schema<'t>(block: Node<'t>, source: &'t str) -> Option<Type<'t>> {
    let (mut fields, mut rest) = (Vec::new(), Vec::new());
    for statement in field(block, "body").map(statements_in_order).unwrap_or_default() {
        let mut inner = statement;
        while let Some(receiver) = field(inner, "receiver").filter(|_| inner.kind() == "call") {
            inner = receiver;
        }
        let method = field(inner, "method").map(|method| text_of(method, source));
        let at = field(inner, "arguments").and_then(|list| children(list).into_iter().next());
        match (method, at.filter(|at| is_name(*at))) {
            (Some("required" | "optional" | "requires"), Some(at)) => {
                fields.push(Field { name: symbol(at, source), wire: None, at, of_type: None, value: None });
                let mut step = statement;
                while step.kind() == "call" {
                    rest.extend(Some(step).filter(|step| field(*step, "block").is_some()));
                    let Some(receiver) = field(step, "receiver") else { break };
                    step = receiver;
                }
            }
            _ => rest.push(statement),
        }
    }
    (!fields.is_empty()).then_some(Type { name: None, fields, rest })
}

/// The name on the wire in `property :sender, from: :from` and its kin.
fn wire<'t>(arguments: &[Node<'t>], source: &'t str) -> Option<Cow<'t, str>> {
    let pairs = arguments.iter().filter(|argument| argument.kind() == "pair");
    let mut named = pairs.filter_map(|pair| {
        let name = text_of(field(*pair, "key")?, source);
        let value = field(*pair, "value")?;
        let is_name = matches!(name, "as" | "from" | "key" | "source") && is_name(value);
        is_name.then(|| symbol(value, source))
    });
    named.next()
}

fn is_name(node: Node<'_>) -> bool {
    matches!(node.kind(), "simple_symbol" | "string")
}

/// What is done in a clause: what stands in its `then`.
fn done(clause: Option<Node<'_>>) -> Vec<Node<'_>> {
    clause.map(statements_in_order).unwrap_or_default()
}

fn whens<'t>(node: Node<'t>) -> Vec<Arm<'t>> {
    let clauses = children(node).into_iter().filter(|clause| matches!(clause.kind(), "when" | "else"));
    let arm = |clause: Node<'t>| {
        if clause.kind() == "else" {
            Arm { values: Vec::new(), body: done(Some(clause)) }
        } else {
            let patterns = children(clause).into_iter().filter(|child| child.kind() == "pattern");
            Arm { values: patterns.collect(), body: done(field(clause, "body")) }
        }
    };
    clauses.map(arm).collect()
}

fn ins<'t>(node: Node<'t>) -> Vec<Arm<'t>> {
    let clauses = children(node).into_iter().filter(|clause| matches!(clause.kind(), "in_clause" | "else"));
    let arm = |clause: Node<'t>| {
        if clause.kind() == "else" {
            return Arm { values: Vec::new(), body: done(Some(clause)) };
        }
        let body = field(clause, "guard").into_iter().chain(done(field(clause, "body")));
        Arm { values: field(clause, "pattern").into_iter().collect(), body: body.collect() }
    };
    clauses.map(arm).collect()
}

/// The branches of an `if`: the condition is looked at in the first.
fn branches(node: Node<'_>) -> Vec<Arm<'_>> {
    let other = field(node, "alternative");
    let other = other.map(|other| if other.kind() == "else" { done(Some(other)) } else { vec![other] });
    let first = Arm { values: field(node, "condition").into_iter().collect(), body: done(field(node, "consequence")) };
    let other = other.map(|body| Arm { values: Vec::new(), body });
    std::iter::once(first).chain(other).collect()
}
