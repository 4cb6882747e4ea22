//! A file of code, parsed, followed and put into a tree.

use std::cell::Cell;
use std::ops::ControlFlow;

use super::role::Roles;
use super::{Elsewhere, LONGEST, Language, Uses, follow};
use crate::read::{Notice, SyntaxError, SyntaxErrorKind, layers};
use crate::tree::{Span, Tree, offset};

/// How many bytes the parser is given at a time.
const PIECE: usize = 4096;

/// Reads a file of a language: its payloads into `tree`, which is emptied first like `notices`; what it does into `uses`.
/// `elsewhere` tells what other files say.
///
/// A file that does not parse whole is read as far as it does.
///
/// # Errors
/// When the file is longer than [`LONGEST`], or takes too much work.
pub(crate) fn read(
    text: &str,
    language: Language,
    elsewhere: &dyn Elsewhere,
    tree: &mut Tree,
    uses: &mut Uses,
    notices: &mut Vec<Notice>,
) -> Result<(), SyntaxError> {
    tree.clear();
    notices.clear();
    uses.clear();
    let too_much = SyntaxError { kind: SyntaxErrorKind::TooMuchCode, offset: 0 };
    let Some((grammar, roles)) = adapter(language) else { return Ok(()) };
    if text.len() > LONGEST {
        return Err(too_much);
    }
    let parsed = parse(text, &grammar).ok_or(too_much)?;
    tree.mark_code(language);
    let follower = follow::follow(parsed.root_node(), text, roles, elsewhere);
    let (seen, mut texts) = follow::emit(follower, tree);
    *uses = seen;
    uses.language = Some(language);
    uses.comments = comments(&parsed, text);
    layers::read_with(text, tree, notices, |_, node| texts.remove(&node));
    notices.clear();
    tree.finish();
    tree.keep_syntax(parsed);
    Ok(())
}

/// The syntax tree of a text, unless it takes too much work.
fn parse(text: &str, grammar: &tree_sitter::Language) -> Option<tree_sitter::Tree> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(grammar).ok()?;
    // It costs one to go a hundred steps, of which well-formed code takes two a byte at most, and to be given a piece of
    // the text, which rubbish needs again and again. Behind an error steps are longer.
    let left = Cell::new(1000 + text.len() / 8);
    let spend = |cost| left.set(left.get().saturating_sub(cost));
    let mut progress = |state: &tree_sitter::ParseState| {
        spend(if state.has_error() { 4 } else { 1 });
        if left.get() == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut piece = |at: usize, _| {
        spend(1);
        let rest = text.as_bytes().get(at..).filter(|_| left.get() > 0).unwrap_or_default();
        &rest[..rest.len().min(PIECE)]
    };
    let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
    parser.parse_with_options(&mut piece, None, Some(options)).filter(|_| left.get() > 0)
}

/// Where comments stand, in order, wherever the grammar allows one.
fn comments(parsed: &tree_sitter::Tree, text: &str) -> Vec<Span> {
    let mut comments = Vec::new();
    let mut cursor = parsed.walk();
    loop {
        let node = cursor.node();
        if node.is_named() && node.kind().ends_with("comment") {
            let range = node.byte_range();
            let len = text.get(range.clone()).map_or(0, |comment| comment.trim_end().len());
            comments.push(Span { start: offset(range.start), end: offset(range.start + len) });
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return comments;
            }
        }
    }
}

/// The grammar of a language and the roles of its nodes; `None` when the program was built without it.
pub(super) fn adapter(language: Language) -> Option<(tree_sitter::Language, Roles)> {
    match language {
        #[cfg(feature = "go")]
        Language::Go => Some((tree_sitter_go::LANGUAGE.into(), super::go::role)),
        #[cfg(feature = "java")]
        Language::Java => Some((tree_sitter_java::LANGUAGE.into(), super::java::role)),
        #[cfg(feature = "c-sharp")]
        Language::CSharp => Some((tree_sitter_c_sharp::LANGUAGE.into(), super::csharp::role)),
        #[cfg(feature = "elixir")]
        Language::Elixir => Some((tree_sitter_elixir::LANGUAGE.into(), super::elixir::role)),
        #[cfg(feature = "javascript")]
        Language::JavaScript => Some((tree_sitter_javascript::LANGUAGE.into(), super::javascript::role)),
        #[cfg(feature = "kotlin")]
        Language::Kotlin => Some((tree_sitter_kotlin_ng::LANGUAGE.into(), super::kotlin::role)),
        #[cfg(feature = "typescript")]
        Language::TypeScript => Some((tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(), super::javascript::role)),
        #[cfg(feature = "typescript")]
        Language::Tsx => Some((tree_sitter_typescript::LANGUAGE_TSX.into(), super::javascript::role)),
        #[cfg(feature = "php")]
        Language::Php => Some((tree_sitter_php::LANGUAGE_PHP.into(), super::php::role)),
        #[cfg(feature = "python")]
        Language::Python => Some((tree_sitter_python::LANGUAGE.into(), super::python::role)),
        #[cfg(feature = "ruby")]
        Language::Ruby => Some((tree_sitter_ruby::LANGUAGE.into(), super::ruby::role)),
        #[allow(unreachable_patterns, reason = "with all languages nothing is left")]
        _ => None,
    }
}
