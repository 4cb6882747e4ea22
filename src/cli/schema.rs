//! `waport schema export`.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::ExportArgs;
use super::environment::{Trouble, output};
use crate::facts::{self, names};
use crate::form::Form;
use crate::report::harmless;

pub(super) fn export(args: &ExportArgs) -> Result<ExitCode, Trouble> {
    let forms: Vec<&str> = match &args.form {
        None if args.out.is_none() => {
            return Err(Trouble::Said(format!("schema export wants --form FORM or --out DIR; {}", known())));
        }
        None => forms().collect(),
        Some(name) => match forms().find(|form| form == name) {
            Some(form) => vec![form],
            None => return Err(Trouble::Said(format!("there is no schema of `{}`; {}", harmless(name), known()))),
        },
    };
    let mut out = output();
    for form in forms {
        let schema = schema(form)?;
        if let Some(folder) = &args.out {
            let path = folder.join(format!("{}.json", form.replace('/', "-")));
            write(folder, &path, &schema)?;
            writeln!(out, "{}", harmless(&path.to_string_lossy()))?;
        } else {
            out.write_all(schema.as_bytes())?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The forms that have a schema.
fn forms() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<&str> = names().filter(|name| name.parse::<Form>().is_ok()).collect();
    names.sort_unstable();
    names.into_iter()
}

fn known() -> String {
    format!("forms that have one: {}", forms().collect::<Vec<_>>().join(", "))
}

fn schema(form: &str) -> Result<String, Trouble> {
    let schema = facts::export(&format!("{form}.json"));
    let schema = schema.ok_or_else(|| Trouble::Said(format!("the schema of {form} cannot be written")))?;
    Ok(format!("{schema:#}\n"))
}

fn write(folder: &Path, path: &Path, schema: &str) -> Result<(), Trouble> {
    let fault =
        |path: &Path, error: &std::io::Error| Trouble::Said(format!("{}: {error}", harmless(&path.to_string_lossy())));
    fs::create_dir_all(folder).map_err(|error| fault(folder, &error))?;
    fs::write(path, schema).map_err(|error| fault(path, &error))
}
