//! What a node of a syntax tree is to somebody who reads payloads in code and what the code does with them.
//!
//! An adapter says this of the nodes of one language; what reads on from here knows no language.

use std::borrow::Cow;
use std::ops::Range;

use tree_sitter::Node;

/// A language's adapter: the role of a node, whose text is that of the file.
pub(super) type Roles = for<'t> fn(Node<'t>, &'t str) -> Role<'t>;

/// The role of a node.
#[derive(Debug)]
pub(super) enum Role<'t> {
    /// A text: between quotes, in a heredoc, a symbol.
    Text(Vec<Part<'t>>),
    /// A number.
    Number,
    /// `true`.
    True,
    /// `false`.
    False,
    /// No value.
    Null,
    /// Members, each a key and a value: a literal, or a pattern that takes one apart.
    Object(Object<'t>),
    /// A list of values: a literal, or a pattern that takes one apart.
    List(Vec<Item<'t>>),
    /// A variable, a constant, a field of the object at hand: by its name, without what marks it as such.
    Name(&'t str),
    /// What stands under a key of something.
    Member {
        /// Of what.
        of: Node<'t>,
        /// Under which key.
        key: Key<'t>,
    },
    /// A call of a function or a constructor.
    Call(Call<'t>),
    /// Two values that are compared for being the same, or not.
    Compare(Node<'t>, Node<'t>),
    /// Whether a value is among others, or a key in an object.
    Among {
        /// The value or key.
        item: Node<'t>,
        /// The list or object.
        of: Node<'t>,
    },
    /// Texts put together.
    Join(Vec<Node<'t>>),
    /// A template with marks such as `%s` and what is put there.
    Format(Node<'t>, Vec<Node<'t>>),
    /// The same value as that of another node: in parentheses, awaited, of another type.
    Same(Node<'t>),
    /// One of several values.
    Either(Vec<Node<'t>>),
    /// A value that a variable, a pattern or a member is given.
    Assign {
        /// What is given a value.
        target: Node<'t>,
        /// The value.
        value: Node<'t>,
    },
    /// What is added to the end of a variable's value.
    Extend {
        /// The variable.
        target: Node<'t>,
        /// What is added.
        value: Node<'t>,
    },
    /// A function with a body.
    Function(Function<'t>),
    /// A type that declares fields, or a schema.
    Type(Type<'t>),
    /// A value that is looked at case by case.
    Switch {
        /// The value.
        subject: Option<Node<'t>>,
        /// The cases.
        arms: Vec<Arm<'t>>,
    },
    /// Something done for each item of a list.
    Each {
        /// What an item is called or how it is taken apart.
        pattern: Node<'t>,
        /// The list.
        of: Node<'t>,
        /// What is done, and all else there.
        rest: Vec<Node<'t>>,
    },
    /// What a function gives back.
    Return(Node<'t>),
    /// Statements that are run now and then: its parts are looked at in their order.
    Branch,
    /// A comment.
    Comment,
    /// Nothing in it is looked at.
    Nothing,
    /// Anything else: its parts are looked at in their order.
    Other,
}

/// A part of a text.
#[derive(Debug)]
pub(super) enum Part<'t> {
    /// Bytes of the file, with escapes as the language has them there.
    Spelt(Range<usize>, Escapes),
    /// A value that is put in at run time.
    Hole(Node<'t>),
}

/// Which escapes a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    /// None: what stands there is meant.
    Raw,
    /// Those of C and its kin between double quotes: `\n`, `\u1234`, `\x41`, `\"` …
    Double,
    /// The same between single quotes.
    Single,
    /// The same between backticks, as JavaScript has them.
    Backtick,
    /// Only `\'` and `\\`, as Ruby's and PHP's single quotes have them.
    Few,
    /// A quotation mark is doubled, as in C#'s `@"…"`.
    Doubled,
    /// Braces are doubled, in addition to the escapes of [`Escapes::Double`], as in Python's f-strings.
    DoubledBraces,
    /// Braces are doubled and quotation marks, too, as in C#'s `$@"…"`.
    DoubledAll,
}

/// An object: a dictionary, hash, map, array with keys, or what a type is filled in with.
#[derive(Debug, Default)]
pub(super) struct Object<'t> {
    /// What is in it, in order.
    pub entries: Vec<Entry<'t>>,
    /// The type whose fields are filled in.
    pub of_type: Option<&'t str>,
}

/// An entry of an object.
#[derive(Debug)]
pub(super) enum Entry<'t> {
    /// A key with its value.
    Pair(Key<'t>, Node<'t>),
    /// All members of another object.
    Spread(Node<'t>),
}

/// An item of a list.
#[derive(Debug)]
pub(super) enum Item<'t> {
    /// A value.
    One(Node<'t>),
    /// A text that is a part of a node, as a word of `~w(audio video)` is.
    Part(Range<usize>),
    /// All items of another list, or the rest of one.
    Spread(Node<'t>),
}

/// The key of a member.
#[derive(Debug)]
pub(super) enum Key<'t> {
    /// A name that stands there, and where.
    Named(Cow<'t, str>, Node<'t>),
    /// A name that is a part of a node, as that of `type: "text"` in Elixir is.
    Part(Range<usize>),
    /// What a node's value is.
    Value(Node<'t>),
}

/// A call.
#[derive(Debug)]
pub(super) struct Call<'t> {
    /// What the function is a method of.
    pub receiver: Option<Node<'t>>,
    /// The name of the function, method or type.
    pub name: Option<Node<'t>>,
    /// The arguments.
    pub arguments: Vec<Argument<'t>>,
    /// Whether a type is made, rather than a function called.
    pub makes: bool,
}

/// An argument of a call.
#[derive(Debug)]
pub(super) struct Argument<'t> {
    /// Its name, where it is given by name.
    pub name: Option<&'t str>,
    /// Its value.
    pub value: Node<'t>,
}

/// A function.
#[derive(Debug, Default)]
pub(super) struct Function<'t> {
    /// The node of its name.
    pub name: Option<Node<'t>>,
    /// Its parameters: names, or patterns that take them apart.
    pub parameters: Vec<Node<'t>>,
    /// What is done in it.
    pub body: Vec<Node<'t>>,
    /// Whether it gives back what the last of its body is.
    pub is_expression: bool,
}

/// A declared type.
#[derive(Debug)]
pub(super) struct Type<'t> {
    /// The node of its name.
    pub name: Option<Node<'t>>,
    /// Its fields.
    pub fields: Vec<Field<'t>>,
    /// All else in it, such as methods.
    pub rest: Vec<Node<'t>>,
}

/// A field of a type.
#[derive(Debug)]
pub(super) struct Field<'t> {
    /// Its name in the code.
    pub name: Cow<'t, str>,
    /// Its name in what is sent or received, where the code says so.
    pub wire: Option<Cow<'t, str>>,
    /// Where its name is given.
    pub at: Node<'t>,
    /// Its type.
    pub of_type: Option<Node<'t>>,
    /// What it is given at once.
    pub value: Option<Node<'t>>,
}

/// A case of a switch.
#[derive(Debug)]
pub(super) struct Arm<'t> {
    /// The values or patterns it is for; none for what is left.
    pub values: Vec<Node<'t>>,
    /// What is done.
    pub body: Vec<Node<'t>>,
}

/// The text of a node.
pub(super) fn text_of<'t>(node: Node<'t>, source: &'t str) -> &'t str {
    source.get(node.byte_range()).unwrap_or_default()
}

/// The child in a field.
pub(super) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// The children that have a name in the grammar, comments left out.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect()
}

/// The first child of a kind.
pub(super) fn child_of_kind<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    children(node).into_iter().find(|child| child.kind() == kind)
}

/// A name in the way of those on the wire: `waId` and `WaID` as `wa_id`.
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 2);
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(index + 1).is_some_and(|after| after.is_lowercase());
        let begins =
            before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit() || before != '_' && after);
        if letter.is_uppercase() && begins {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// The parts of a text that stands between the first and the last child that are its quotes: children of the kinds
/// `holes` are values, all else is spelt.
pub(super) fn parts<'t>(node: Node<'t>, inside: Range<usize>, escapes: Escapes, holes: &[&str]) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    let mut at = inside.start;
    for hole in children(node).into_iter().filter(|child| holes.contains(&child.kind())) {
        let range = hole.byte_range();
        if range.start > at {
            parts.push(Part::Spelt(at..range.start, escapes));
        }
        parts.push(Part::Hole(hole));
        at = range.end;
    }
    if inside.end > at {
        parts.push(Part::Spelt(at..inside.end, escapes));
    }
    parts
}

/// A text that stands between quotes of `open` and `close` bytes.
pub(super) fn quoted<'t>(node: Node<'t>, open: usize, close: usize, escapes: Escapes, holes: &[&str]) -> Role<'t> {
    let range = node.byte_range();
    let (start, end) = (range.start + open, range.end.saturating_sub(close));
    Role::Text(if start <= end { parts(node, start..end, escapes, holes) } else { Vec::new() })
}

/// A function with the parts that most grammars give one.
pub(super) fn function(node: Node<'_>) -> Function<'_> {
    Function {
        name: field(node, "name"),
        parameters: field(node, "parameters").map(children).unwrap_or_default(),
        body: field(node, "body").into_iter().collect(),
        is_expression: false,
    }
}
