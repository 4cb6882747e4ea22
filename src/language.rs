//! Programming languages, by the names of their files.

/// A programming language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "they are called so")]
pub enum Language {
    CSharp,
    Elixir,
    Go,
    Java,
    JavaScript,
    Kotlin,
    Php,
    Python,
    Ruby,
    TypeScript,
    Tsx,
}

impl Language {
    /// The language of files with an extension, when the program was built with it.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        let language = match extension {
            "cs" => Self::CSharp,
            "ex" | "exs" => Self::Elixir,
            "go" => Self::Go,
            "java" => Self::Java,
            "js" | "jsx" | "mjs" | "cjs" => Self::JavaScript,
            "kt" | "kts" => Self::Kotlin,
            "php" => Self::Php,
            "py" | "pyi" => Self::Python,
            "rb" | "rake" => Self::Ruby,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            _ => return None,
        };
        language.is_known().then_some(language)
    }

    /// Its name as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CSharp => "C#",
            Self::Elixir => "Elixir",
            Self::Go => "Go",
            Self::Java => "Java",
            Self::JavaScript => "JavaScript",
            Self::Kotlin => "Kotlin",
            Self::Php => "PHP",
            Self::Python => "Python",
            Self::Ruby => "Ruby",
            Self::TypeScript => "TypeScript",
            Self::Tsx => "TSX",
        }
    }

    /// Whether the program was built with it.
    #[must_use]
    pub fn is_known(self) -> bool {
        match self {
            Self::CSharp => cfg!(feature = "c-sharp"),
            Self::Elixir => cfg!(feature = "elixir"),
            Self::Go => cfg!(feature = "go"),
            Self::Java => cfg!(feature = "java"),
            Self::JavaScript => cfg!(feature = "javascript"),
            Self::Kotlin => cfg!(feature = "kotlin"),
            Self::Php => cfg!(feature = "php"),
            Self::Python => cfg!(feature = "python"),
            Self::Ruby => cfg!(feature = "ruby"),
            Self::TypeScript | Self::Tsx => cfg!(feature = "typescript"),
        }
    }
}
