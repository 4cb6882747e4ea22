//! Reading a text as code of every language, and checking it.
//!
//! Whatever the text: no panic, no hang, places that are places in it, and the same again from a checker that is used
//! again.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use waport::check::Checker;
use waport::config::Config;
use waport::language::Language;
use waport::project::{FileFacts, Project};
use waport::read::Notation;
use waport::tree::Span;

const LANGUAGES: [Language; 11] = [
    Language::CSharp,
    Language::Elixir,
    Language::Go,
    Language::Java,
    Language::JavaScript,
    Language::Kotlin,
    Language::Php,
    Language::Python,
    Language::Ruby,
    Language::TypeScript,
    Language::Tsx,
];

static CONFIG: LazyLock<Config> = LazyLock::new(Config::default);

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(bytes) else { return Corpus::Reject };
    let stands_in = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} is no place in the text");
    for language in LANGUAGES {
        let mut project = Project::default();
        project.add(&FileFacts::read(text, language, true));
        let mut checker = Checker::new(&CONFIG).within(&project, None);
        let checked = checker.check(text, Notation::Code(language), true, None);
        for payload in checked.payloads {
            stands_in(checked.look.node(payload.root).span());
        }
        for finding in checked.findings {
            stands_in(checked.look.span(finding.at));
            finding.related.iter().for_each(|place| stands_in(checked.look.span(*place)));
        }
        let first = format!("{:?}", checked.findings);
        let again = checker.check(text, Notation::Code(language), true, None);
        assert_eq!(first, format!("{:?}", again.findings), "what was used before gives something else");
    }
    Corpus::Keep
});
