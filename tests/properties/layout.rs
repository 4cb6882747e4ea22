//! Ways to write a document down: what is between its tokens, and how texts are spelt.

use super::model::{Dice, Model, quoted};

/// The form of a JSON document.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The indentation of each level, of a document over many lines.
    unit: Option<&'static str>,
    newline: &'static str,
    colon: &'static str,
    comma: &'static str,
    /// Whether any white space may be anywhere.
    wild: bool,
    /// Whether texts are spelt with escapes that they do not need.
    escaping: bool,
    /// Whether there are comments and trailing commas.
    pub comments: bool,
    /// What is before and behind the document.
    around: (&'static str, &'static str),
}

impl Layout {
    pub fn random(dice: &mut Dice, comments: bool) -> Self {
        Self {
            unit: dice.pick(&[None, Some("  "), Some("    "), Some("\t"), Some("        "), Some("")]),
            newline: dice.pick(&["\n", "\n", "\r\n"]),
            colon: dice.pick(&[":", ": ", " : ", ":\t"]),
            comma: dice.pick(&[",", ", ", " , "]),
            wild: dice.one_in(4),
            escaping: dice.one_in(2),
            comments,
            around: dice.pick(&[("", ""), ("", "\n"), ("\u{feff}", "\n"), ("\n\n", "\r\n"), (" \t", " \n\n")]),
        }
    }

    /// One that has no line break.
    pub fn on_line(dice: &mut Dice) -> Self {
        let around = dice.pick(&[("", ""), (" ", ""), ("\t", "  ")]);
        Self { unit: None, newline: "", wild: false, comments: false, around, ..Self::random(dice, false) }
    }

    pub fn write(self, model: &Model, dice: &mut Dice) -> String {
        let mut out = self.around.0.to_owned();
        self.value(model, 0, dice, &mut out);
        out + self.around.1
    }

    fn value(self, model: &Model, depth: usize, dice: &mut Dice, out: &mut String) {
        match model {
            Model::Text(text) => self.string(text, dice, out),
            Model::Other(raw) => out.push_str(raw),
            Model::Array(items) => {
                let item = |item: &Model, dice: &mut Dice, out: &mut String| self.value(item, depth + 1, dice, out);
                self.container(['[', ']'], items, depth, item, dice, out);
            }
            Model::Object(members) => {
                let member = |(key, value): &(String, Model), dice: &mut Dice, out: &mut String| {
                    self.string(key, dice, out);
                    self.gap(dice, out);
                    out.push_str(self.colon);
                    self.gap(dice, out);
                    self.value(value, depth + 1, dice, out);
                };
                self.container(['{', '}'], members, depth, member, dice, out);
            }
        }
    }

    fn container<T>(
        self,
        brackets: [char; 2],
        inner: &[T],
        depth: usize,
        write: impl Fn(&T, &mut Dice, &mut String),
        dice: &mut Dice,
        out: &mut String,
    ) {
        out.push(brackets[0]);
        let line = |depth: usize, out: &mut String| {
            if let Some(unit) = self.unit {
                out.push_str(self.newline);
                out.push_str(&unit.repeat(depth));
            }
        };
        for (index, one) in inner.iter().enumerate() {
            if index > 0 {
                self.gap(dice, out);
                out.push_str(if self.unit.is_some() { "," } else { self.comma });
            }
            self.comment(dice, out);
            line(depth + 1, out);
            self.gap(dice, out);
            write(one, dice, out);
        }
        if !inner.is_empty() {
            self.gap(dice, out);
            if self.comments && dice.one_in(4) {
                out.push(',');
            }
            self.comment(dice, out);
            line(depth, out);
        } else if self.wild && dice.one_in(2) {
            out.push(' ');
        }
        out.push(brackets[1]);
    }

    fn gap(self, dice: &mut Dice, out: &mut String) {
        if self.wild && dice.one_in(3) {
            let newline = if self.newline.is_empty() { " " } else { self.newline };
            out.push_str(dice.pick(&[" ", "\t", newline, "   ", newline]));
        }
    }

    fn comment(self, dice: &mut Dice, out: &mut String) {
        if self.comments && dice.one_in(6) {
            out.push_str(dice.pick(&[" /* remark: \"a\", {b} */", " // one more, \"c\": {", "\n// alone\n", "/**/"]));
            out.push_str(if self.newline.is_empty() { "\n" } else { self.newline });
        }
    }

    fn string(self, text: &str, dice: &mut Dice, out: &mut String) {
        if !self.escaping || !dice.one_in(3) {
            return out.push_str(&quoted(text));
        }
        out.push('"');
        for c in text.chars() {
            match c {
                '/' if dice.one_in(2) => out.push_str("\\/"),
                c if dice.one_in(4) || c < ' ' => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        let digits = if dice.one_in(2) { format!("{unit:04x}") } else { format!("{unit:04X}") };
                        out.extend(["\\u", digits.as_str()]);
                    }
                }
                '"' | '\\' => out.extend(['\\', c]),
                c => out.push(c),
            }
        }
        out.push('"');
    }
}

/// Writes a document as YAML, in styles by chance.
pub struct Yaml<'d> {
    pub dice: &'d mut Dice,
    out: String,
    unit: usize,
    hang: usize,
}

impl<'d> Yaml<'d> {
    pub fn write(model: &Model, dice: &'d mut Dice) -> String {
        let (unit, hang) = (dice.pick(&[2, 2, 4, 3]), dice.pick(&[0, 2]));
        let mut yaml = Self { dice, out: String::new(), unit, hang };
        match model {
            Model::Object(members) if !members.is_empty() => yaml.members(members, 0),
            Model::Array(items) if !items.is_empty() => yaml.items(items, 0),
            other => yaml.flow(other),
        }
        let end = yaml.dice.pick(&["\n", "\n", "", "\n# the end\n"]);
        yaml.out + end
    }

    fn line(&mut self, column: usize) {
        if self.dice.one_in(12) {
            self.out.push_str("  # why");
        }
        self.out.push('\n');
        if self.dice.one_in(20) {
            self.out.push_str("\n# alone\n");
        }
        self.out.push_str(&" ".repeat(column));
    }

    fn members(&mut self, members: &[(String, Model)], column: usize) {
        for (index, (key, value)) in members.iter().enumerate() {
            if index > 0 {
                self.line(column);
            }
            let key = self.scalar(key);
            self.out.push_str(&key);
            self.out.push(':');
            self.behind(value, column, true);
        }
    }

    fn items(&mut self, items: &[Model], column: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.line(column);
            }
            self.out.push('-');
            self.behind(item, column, false);
        }
    }

    fn behind(&mut self, value: &Model, column: usize, keyed: bool) {
        match value {
            Model::Object(members) if !members.is_empty() && !self.dice.one_in(5) => {
                if keyed {
                    self.line(column + self.unit);
                    self.members(members, column + self.unit);
                } else {
                    self.out.push(' ');
                    self.members(members, column + 2);
                }
            }
            Model::Array(items) if keyed && !items.is_empty() && !self.dice.one_in(5) => {
                self.line(column + self.hang);
                self.items(items, column + self.hang);
            }
            Model::Text(text) if is_block(text) && self.dice.one_in(2) => {
                self.out.push_str(" |-");
                for line in text.split('\n') {
                    self.out.push('\n');
                    if !line.is_empty() {
                        self.out.push_str(&" ".repeat(column + self.unit));
                        self.out.push_str(line);
                    }
                }
            }
            other => {
                self.out.push(' ');
                self.flow(other);
            }
        }
    }

    fn flow(&mut self, value: &Model) {
        match value {
            Model::Text(text) => {
                let text = self.scalar(text);
                self.out.push_str(&text);
            }
            Model::Other(raw) => self.out.push_str(raw),
            Model::Array(items) => {
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.out.push_str(if index > 0 { ", " } else { "" });
                    self.flow(item);
                }
                self.out.push(']');
            }
            Model::Object(members) => {
                self.out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    self.out.push_str(if index > 0 { ", " } else { "" });
                    let key = self.scalar(key);
                    self.out.push_str(&key);
                    self.out.push_str(": ");
                    self.flow(value);
                }
                self.out.push('}');
            }
        }
    }

    fn scalar(&mut self, text: &str) -> String {
        let word = |c: char| c.is_ascii_lowercase() || c == '_';
        let plain = text.len() > 3 && text.chars().all(word) && !matches!(text, "true" | "false" | "null");
        let printable = text.chars().all(|c| !c.is_control() && c != '\u{feff}');
        match self.dice.below(3) {
            0 if plain => text.to_owned(),
            1 if printable => format!("'{}'", text.replace('\'', "''")),
            _ => quoted(text),
        }
    }
}

/// Whether a text can stand in a literal block as it is.
fn is_block(text: &str) -> bool {
    !text.is_empty()
        && text.split('\n').all(|line| line.trim() == line && !line.is_empty())
        && text.chars().all(|c| c == '\n' || (!c.is_control() && c != '\u{feff}'))
}
