//! What code does with payloads, in terms that no language has: what it reads, compares, declares, puts together and calls.

use super::Language;
use crate::tree::{NodeId, Span};

/// What one file does. Numbers in here are indexes into the lists beside.
#[derive(Debug, Default)]
pub struct Uses {
    /// The language; none for a text that is no code.
    pub language: Option<Language>,
    /// What properties are read from.
    pub bases: Vec<Base>,
    /// Properties that are read, in the order of the code.
    pub steps: Vec<Step>,
    /// Values that are compared with a constant.
    pub comparisons: Vec<Comparison>,
    /// Keys or values that stand together in a table or list.
    pub tables: Vec<Vec<Name>>,
    /// Texts, put together as far as they are known.
    pub texts: Vec<Text>,
    /// Calls.
    pub calls: Vec<Call>,
    /// Types that declare fields.
    pub types: Vec<Type>,
    /// Functions by their names.
    pub functions: Vec<Function>,
    /// What becomes of the values that stand on their own.
    pub values: Vec<(NodeId, Fate)>,
    /// Constants that other files may use, by name.
    pub constants: Vec<(String, String)>,
    /// Properties that are given `true` or `false`.
    pub settings: Vec<(Name, bool)>,
    /// The lines of a file of settings.
    pub lines: Vec<Line>,
    /// Names that stand for a number.
    pub numbers: Vec<(Name, String)>,
    /// Comments.
    pub comments: Vec<Span>,
    /// Whether the code could not be read to its end.
    pub incomplete: bool,
}

/// What one line of a file of settings says.
#[derive(Clone, Debug)]
pub struct Line {
    /// The names that lead to what it gives a value, in lower case, with dots between.
    pub path: String,
    /// How far from the left it stands.
    pub indent: usize,
    /// What the line says, without comments.
    pub span: Span,
    /// The value, unless it is empty; one of [`Uses::texts`].
    pub text: Option<u32>,
}

/// Something that properties are read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Base {
    /// The name of the variable, or of what was called for it.
    pub name: String,
    /// Whether it is the answer to a request that the code made.
    pub answer: bool,
    /// Whether a function is given it.
    pub parameter: bool,
}

/// A property that is read.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is a property of.
    pub of: Of,
    /// Which property.
    pub key: StepKey,
    /// Where the code names it.
    pub span: Span,
    /// Whether another place names it, and this one only follows from there.
    pub follows: bool,
    /// Whether the code asks if it is there before it goes on.
    pub tested: bool,
    /// The function in which it is read, by its number among [`Uses::functions`].
    pub within: Option<u32>,
}

/// What a property is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// One of [`Uses::bases`].
    Base(u32),
    /// One of [`Uses::steps`].
    Step(u32),
}

/// The property of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKey {
    /// By its name.
    Key(String),
    /// An item of a list, negative ones from its end.
    Index(i64),
    /// Each item of a list, or one that is only known at run time.
    Each,
    /// What a method of it gives.
    Call(String),
}

/// A constant that something is compared with.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What is compared, when it is a property; one of [`Uses::steps`].
    pub of: Option<u32>,
    /// The name of what is compared: a property's, or a variable's.
    pub name: String,
    /// The constant.
    pub with: Constant,
    /// Where the constant stands.
    pub span: Span,
    /// In which way.
    pub how: How,
    /// The function in which it is compared.
    pub within: Option<u32>,
}

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// A text.
    Text(String),
    /// A number, as it is spelt.
    Number(String),
}

/// How something is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By an operator.
    Same,
    /// As a case of several.
    Case,
    /// As one of a list.
    Among,
}

/// A name that stands in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A text, put together as far as it is known; `${_}` stands for what only the run knows.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Where its parts stand, each from an offset in the text on.
    pub parts: Vec<(usize, Span)>,
    /// Where it is put together.
    pub span: Span,
    /// The HTTP method with which it is called, in upper case, when that is certain.
    pub method: Option<&'static str>,
    /// The call that is given it; one of [`Uses::calls`].
    pub call: Option<u32>,
    /// Whether it is a part of another text that is put together right there.
    pub part: bool,
    /// The function in which it stands.
    pub within: Option<u32>,
}

impl Text {
    /// Where the byte at `at` of the text stands.
    #[must_use]
    pub fn place(&self, at: usize) -> Span {
        let after = self.parts.partition_point(|(from, _)| *from <= at);
        after.checked_sub(1).map_or(self.span, |index| self.parts[index].1)
    }
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called: the names from the receiver on, with dots between.
    pub name: String,
    /// Where the name of the function stands.
    pub span: Span,
    /// The arguments.
    pub arguments: Vec<Argument>,
    /// The function in which it is called.
    pub within: Option<u32>,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its name, where it is given by name.
    pub name: Option<String>,
    /// Its value, when it is constant.
    pub constant: Option<Constant>,
    /// Whether it is `true` or `false`.
    pub truth: Option<bool>,
    /// What it is, when that is a property or has a name.
    pub of: Option<Of>,
    /// Whether it is a function.
    pub function: bool,
    /// The keys of an object, and which of them are `true` or `false`.
    pub keys: Vec<(Name, Option<bool>)>,
    /// Where it stands.
    pub span: Span,
}

/// A type that declares fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// Its name, empty when it has none.
    pub name: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Where it is declared.
    pub span: Span,
}

/// A field of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in what is sent or received.
    pub wire: String,
    /// Its name in the code.
    pub name: String,
    /// Whether the code says what its name on the wire is.
    pub said: bool,
    /// Its type as it is written, empty when it is not.
    pub of_type: String,
    /// Where its name stands.
    pub span: Span,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name, empty when it has none.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// Whether it adds `messaging_product` to what it is given or fills in.
    pub adds_product: bool,
}

/// What becomes of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It is sent, or made a text to be sent. By a function of this name, where that may be one of the project's own
    /// as well as a library's, such as `send` or `post`.
    Sent(Option<String>),
    /// It is given to a function of this name.
    Passed(String),
    /// A function gives it back.
    Returned(String),
    /// Nothing that is seen here.
    #[default]
    Kept,
}

impl Fate {
    /// Whether the value is sent.
    #[must_use]
    pub const fn is_sent(&self) -> bool {
        matches!(self, Self::Sent(_))
    }
}

/// A name as names are compared that languages write differently: in lower case, without `_`, `!` and `?`.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '!' | '?')).map(|c| c.to_ascii_lowercase()).collect()
}

impl Uses {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The keys that lead to a step from its base on, the step's own last.
    #[must_use]
    pub fn path(&self, step: u32) -> Vec<&StepKey> {
        let mut path = Vec::new();
        let mut at = Of::Step(step);
        while let Of::Step(index) = at {
            let Some(step) = self.steps.get(index as usize) else { break };
            path.push(&step.key);
            at = step.of;
        }
        path.reverse();
        path
    }

    /// The name of what a property is read from: the nearest property or variable that has one.
    #[must_use]
    pub fn holder(&self, mut of: Of) -> Option<&str> {
        loop {
            match of {
                Of::Base(base) => return self.bases.get(base as usize).map(|base| base.name.as_str()),
                Of::Step(step) => {
                    let step = self.steps.get(step as usize)?;
                    if let StepKey::Key(name) = &step.key {
                        return Some(name);
                    }
                    of = step.of;
                }
            }
        }
    }

    /// What a step begins at.
    #[must_use]
    pub fn base(&self, step: u32) -> Option<&Base> {
        let mut at = Of::Step(step);
        loop {
            match at {
                Of::Step(index) => at = self.steps.get(index as usize)?.of,
                Of::Base(index) => return self.bases.get(index as usize),
            }
        }
    }
}
