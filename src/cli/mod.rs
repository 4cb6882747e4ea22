//! The command line: arguments, one file per command, exit codes.

mod check;
mod completions;
mod configuration;
mod environment;
mod explain;
mod forms;
mod ledger;
mod man;
#[cfg(feature = "net")]
mod media;
mod media_topic;
#[cfg(feature = "net")]
mod migrate;
mod pages;
mod progress;
mod recipients;
mod rewriting;
mod schema;
#[cfg(feature = "net")]
mod secrets;
mod targets;
mod topic;
mod translate;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::facts::Date;
use crate::finding::{Confidence, Severity};
use crate::report::harmless;
use crate::scan::ByteRange;
use environment::Trouble;
use targets::Target;

/// Checks WhatsApp payloads and code written for the On-Premises API against Cloud API's rules, translates payloads, and
/// carries out the migration.
///
/// waport reads stored payloads, webhook samples and source code, says what Cloud API would refuse, drop or change,
/// and turns payloads into Cloud form. Only `media probe`, `media copy` and `migrate` open connections.
#[derive(Debug, Parser)]
#[command(name = "waport", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Finds what Cloud API would refuse, drop or change.
    ///
    /// Looks at the files below the paths that may hold payloads: JSON, JSON Lines, YAML and text, also as gzip or zstd,
    /// where lines and offsets are those of the unpacked text; at source code, each file with what all files below the
    /// folder of waport.toml say; and at what deploys and configures programs. Exits with 0 when nothing at or above
    /// `--fail-on` was found, 1 when something was or `--diff` shows a change, and 2 when it could not do its work.
    ///
    /// Example: `waport check fixtures --only missing-button-index`
    Check(CheckArgs),
    /// Turns payloads and webhook samples of On-Premises form into Cloud form.
    ///
    /// One file, or `-` for standard input, goes to standard output; `--diff` shows what would change, `--write` changes
    /// files in place, `--out` writes them to another folder. Only what has to change does, byte for byte, and what is
    /// in Cloud form already stays as it is, and so does source code. Archives go line by line, so that the command can
    /// stand in a pipe. Unsafe fixes and what is left to do by hand are listed at the end, on standard error. Exits with 0 when it is done, 1
    /// when `--diff` shows a change or, with `--strict`, something is left to do, and 2 when it could not do its work.
    ///
    /// Example: `waport translate webhooks/ --diff`, `zcat sent.ndjson.gz | waport translate - > cloud.ndjson`
    Translate(TranslateArgs),
    /// Says what each document was taken for, and on what evidence.
    ///
    /// Example: `waport forms webhooks/ --output-format json-lines`
    Forms(FormsArgs),
    /// Explains a rule, an error code, an endpoint, a Graph version or a media type.
    ///
    /// Of a rule it prints the page: what it finds, why Cloud API minds, what to do. Of an error code, an endpoint or a
    /// Graph version: what it was, what it is on Cloud API, how sure that is.
    ///
    /// Example: `waport explain missing-button-index`, `waport explain 470`, `waport explain /v1/contacts`,
    /// `waport explain v20.0`
    Explain(ExplainArgs),
    /// Lists all rules.
    ///
    /// Example: `waport rules`
    Rules {
        /// `full` is a table for people, `json` an array of objects.
        #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = ["full", "json"])]
        output_format: String,
    },
    /// The schemas that payloads are judged by.
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Writes a script with which a shell completes commands, options and their values.
    ///
    /// Example: `waport completions bash > ~/.local/share/bash-completion/completions/waport`
    Completions {
        /// The shell: bash, elvish, fish, powershell or zsh.
        #[arg(value_name = "SHELL", hide_possible_values = true)]
        shell: Shell,
    },
    /// Writes the manual page.
    ///
    /// One page of all commands goes to standard output, or with `--out` a page per command into a folder.
    ///
    /// Example: `waport man > ~/.local/share/man/man1/waport.1`
    Man(ManArgs),
    /// The media that messages name, which Cloud API has to have before they are sent.
    #[cfg(feature = "net")]
    #[command(subcommand)]
    Media(media::MediaCommand),
    /// Carries out the migration of numbers, behind a gate that only a clean check opens.
    #[cfg(feature = "net")]
    #[command(subcommand)]
    Migrate(migrate::MigrateCommand),
    /// The configuration file, waport.toml.
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Args)]
struct ManArgs {
    /// The folder that a page per command is written to; it is made when it is not there.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ExplainArgs {
    /// A rule's name, an error code, the path of an endpoint with or without method and host, a Graph version, a
    /// media type or a kind of media.
    #[arg(value_name = "WHAT", required = true)]
    what: Vec<String>,
    /// The day as of which a Graph version is expired or not, as YYYY-MM-DD; by default the current one.
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

#[derive(Debug, Subcommand)]
enum SchemaCommand {
    /// Writes the schemas as plain JSON Schema 2020-12, for editors and other validators.
    ///
    /// With `--form` one schema goes to standard output, with `--out` a file per form into a folder.
    ///
    /// Example: `waport schema export --form cloud/message`
    Export(ExportArgs),
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// Only the schema of this form, such as cloud/message.
    #[arg(long, value_name = "FORM")]
    form: Option<String>,
    /// The folder that the schemas are written to; it is made when it is not there.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Writes a commented waport.toml into the current folder.
    ///
    /// An existing one is left as it is unless `--force` is given.
    ///
    /// Example: `waport config init`
    Init {
        /// Writes over a waport.toml that is already there.
        #[arg(long)]
        force: bool,
    },
    /// Prints the configuration in effect as TOML, and the file that it came from as a comment.
    ///
    /// Example: `waport config show --config ci/waport.toml`
    Show {
        /// The configuration file; by default waport.toml is looked for from the current folder upwards.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Uses no configuration file: prints the defaults.
        #[arg(long, conflicts_with = "config")]
        isolated: bool,
    },
    /// Prints the JSON Schema of waport.toml, for editors that complete and check it.
    ///
    /// Example: `waport config schema > waport.schema.json`
    Schema,
}

/// What to look at, and under which configuration.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag on the command line")]
struct Inputs {
    /// Files and folders; `-` is standard input. Without any, the folder of waport.toml, else the current one.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Reads more paths from a file, one a line; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// The name under which standard input is reported; its ending tells the notation.
    #[arg(long, value_name = "NAME", default_value = "<stdin>", hide_default_value = true)]
    stdin_filename: String,
    /// Passes over named files, too, that `exclude` in the configuration names.
    ///
    /// For tools that name files themselves, such as hooks: `waport check --force-exclude "$@"`.
    #[arg(long)]
    force_exclude: bool,
    /// Looks at files that .gitignore and .ignore pass over, too.
    #[arg(long)]
    no_gitignore: bool,
    /// The configuration file; by default waport.toml is looked for from the current folder upwards, then from the
    /// first path upwards.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Uses no configuration file.
    #[arg(long, conflicts_with = "config")]
    isolated: bool,
    /// How many threads work; by default one per core.
    #[arg(short = 'j', long = "threads", value_name = "N")]
    threads: Option<usize>,
    /// When to colour: auto, always or never. `NO_COLOR` and `CLICOLOR_FORCE` are honoured.
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = ["auto", "always", "never"])]
    color: String,
    /// Prints no summary, only what was asked for and what went wrong.
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Says more, such as what was not judged yet.
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("rewrites").multiple(true))]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag on the command line")]
struct CheckArgs {
    /// How findings are written: full, concise, json, json-lines, sarif, github, gitlab or junit. May be repeated, each
    /// with a file of its own; without one, or with `-`, standard output.
    ///
    /// Example: `--output-format full --output-format sarif:waport.sarif`
    #[arg(long, value_name = "FORMAT[:FILE]", default_value = "full")]
    output_format: Vec<Target>,
    /// Only this rule; may be repeated or given a list with commas.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    only: Vec<String>,
    /// All but this rule; may be repeated or given a list with commas.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    skip: Vec<String>,
    /// The least severity that makes the exit status 1: error, warning or note.
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: Severity,
    /// The least confidence that is shown: high, medium or low.
    #[arg(long, value_name = "CONFIDENCE", default_value = "medium")]
    min_confidence: Confidence,
    /// Applies safe fixes to the files, until none is left.
    ///
    /// A file appears whole or not at all, keeps its mode, and is left alone when somebody else changed it meanwhile.
    /// What is reported is what remains. Fixes for findings in the baseline are applied, too.
    ///
    /// Example: `waport check fixtures/ --fix`
    #[arg(long, group = "rewrites", conflicts_with = "range")]
    fix: bool,
    /// Applies unsafe fixes, too: those that drop or guess something; with `--fix` or `--diff`.
    ///
    /// Example: `waport check fixtures/ --diff --unsafe-fixes`
    #[arg(long, requires = "rewrites")]
    unsafe_fixes: bool,
    /// Shows on standard output what `--fix` would change, in place of the findings, and writes nothing.
    ///
    /// Lines of archives are shown without the lines around them.
    ///
    /// Example: `waport check fixtures/ --diff`
    #[arg(long, group = "rewrites")]
    diff: bool,
    /// Shows what comments and the configuration suppress, too.
    ///
    /// Example: `waport check --no-suppressions`
    #[arg(long)]
    no_suppressions: bool,
    /// The day on which suppressions hold or have expired, as YYYY-MM-DD; by default the current one.
    ///
    /// Example: `waport check --today 2027-02-01`
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    /// Hides the findings that this file lists.
    ///
    /// Example: `waport check --baseline waport-baseline.jsonl`
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Writes what is found to the baseline, which hides it from now on.
    ///
    /// Example: `waport check --baseline waport-baseline.jsonl --write-baseline`
    #[arg(long, requires = "baseline")]
    write_baseline: bool,
    /// Takes entries out of the baseline whose finding no longer occurs.
    ///
    /// Example: `waport check --baseline waport-baseline.jsonl --prune-baseline`
    #[arg(long, requires = "baseline", conflicts_with = "write_baseline")]
    prune_baseline: bool,
    /// Counts the findings by rule instead of showing them.
    #[arg(long)]
    statistics: bool,
    /// How many findings of a rule are shown per file, for people; 0 shows all. By default 5.
    #[arg(long, value_name = "N")]
    max_findings: Option<u64>,
    /// Only the lines of one NDJSON file that begin in a range of its bytes, so that several runs can share it.
    ///
    /// A line belongs to the range that holds its first byte: ranges that tile the file give together exactly the
    /// findings of the whole, with the same places. What stands before the range is read to count its lines. Neither
    /// compressed files nor standard input have ranges.
    ///
    /// Example: `waport check sent.ndjson --range 1000000000:2000000000`
    #[arg(long, value_name = "START:END", conflicts_with = "files_from")]
    range: Option<ByteRange>,
    #[command(flatten)]
    inputs: Inputs,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag on the command line")]
struct TranslateArgs {
    /// Shows what would change, as a unified diff, and writes nothing.
    ///
    /// Lines of archives are shown without the lines around them.
    ///
    /// Example: `waport translate fixtures/ --diff`
    #[arg(long, conflicts_with_all = ["write", "out"])]
    diff: bool,
    /// Changes the files in place.
    ///
    /// A file appears whole or not at all, keeps its mode, and is left alone when somebody else changed it meanwhile.
    ///
    /// Example: `waport translate fixtures/ --write`
    #[arg(long, conflicts_with_all = ["out", "range"])]
    write: bool,
    /// Writes each file that is looked at, changed or not, to its place below this folder.
    ///
    /// The folder is made when it is not there, and must not be one that is read. Compressed files are unpacked.
    ///
    /// Example: `waport translate fixtures/ --out cloud-fixtures`
    #[arg(long, value_name = "DIR", conflicts_with = "range")]
    out: Option<PathBuf>,
    /// The ID of the WhatsApp Business Account that webhooks get; by default that of waport.toml.
    ///
    /// Example: `waport translate status.json --waba-id 318842706651090`
    #[arg(long, value_name = "ID")]
    waba_id: Option<String>,
    /// The ID of the business phone number that webhooks get; by default that of waport.toml.
    ///
    /// Example: `waport translate status.json --phone-number-id 509170334801264`
    #[arg(long, value_name = "ID")]
    phone_number_id: Option<String>,
    /// The business phone number that webhooks get, in digits; by default that of waport.toml.
    ///
    /// Example: `waport translate status.json --display-phone-number 15550100900`
    #[arg(long, value_name = "NUMBER")]
    display_phone_number: Option<String>,
    /// What took the place of On-Premises media IDs; by default the file that waport.toml names.
    ///
    /// A JSON object of entries such as `"<old ID>": { "id": "<new ID>" }` or `"<old ID>": { "link": "https://…" }`.
    ///
    /// Example: `waport translate outbound/ --diff --media-map media-map.json`
    #[arg(long, value_name = "FILE")]
    media_map: Option<PathBuf>,
    /// Applies safe fixes only; what the others would do is left to do by hand.
    ///
    /// Example: `waport translate fixtures/ --write --safe-only`
    #[arg(long)]
    safe_only: bool,
    /// Writes the unsafe fixes and what is left to do by hand to a JSON file; with `--write` or `--out`, `-` is standard
    /// output.
    ///
    /// Example: `waport translate fixtures/ --write --report left.json`
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Exits with 1 when something is left to do by hand.
    ///
    /// Example: `waport translate sent.ndjson --strict > cloud.ndjson`
    #[arg(long)]
    strict: bool,
    /// Only the lines of one NDJSON file that begin in a range of its bytes, as for `waport check`.
    ///
    /// Example: `waport translate sent.ndjson --range 0:1000000000 > first.ndjson`
    #[arg(long, value_name = "START:END", conflicts_with = "files_from")]
    range: Option<ByteRange>,
    /// The day on which suppressions hold or have expired, as YYYY-MM-DD; by default the current one.
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    #[command(flatten)]
    inputs: Inputs,
}

#[derive(Debug, Args)]
struct FormsArgs {
    #[command(flatten)]
    inputs: Inputs,
    /// `full` is a line for people, `json-lines` an object a line.
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = ["full", "json-lines"])]
    output_format: String,
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Translate(args) => translate::run(&args),
        Command::Forms(args) => forms::run(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Rules { output_format } => explain::rules(&output_format),
        Command::Schema(SchemaCommand::Export(args)) => schema::export(&args),
        Command::Completions { shell } => completions::completions(shell),
        Command::Man(args) => man::man(&args),
        #[cfg(feature = "net")]
        Command::Media(command) => media::run(command),
        Command::Config(ConfigCommand::Init { force }) => configuration::init(force),
        Command::Config(ConfigCommand::Show { config, isolated }) => configuration::show(config.as_deref(), isolated),
        Command::Config(ConfigCommand::Schema) => configuration::schema(),
        #[cfg(feature = "net")]
        Command::Migrate(command) => migrate::run(&command),
    };
    match result {
        Ok(code) => code,
        Err(Trouble::BrokenPipe) => ExitCode::SUCCESS,
        Err(Trouble::Said(message)) => {
            let message: Vec<_> = message.lines().map(harmless).collect();
            environment::say(&format!("waport: {}\n", message.join("\n")));
            ExitCode::from(2)
        }
    }
}
