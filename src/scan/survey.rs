//! A look at all code of a project, and at its settings, before any of it is checked: what its files say together,
//! and which of them are about something else.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::unpack::read_file;
use crate::project::{FileFacts, Project};
use crate::read::Notation;
use crate::read::code::words::{concern_whatsapp, path_says_whatsapp};
use crate::read::settings::is_fetched;
use crate::walk::{Input, plain};

/// What is known of a project's code.
#[derive(Debug, Default)]
pub struct Survey {
    /// What its files say together.
    pub project: Project,
    /// The hashes of the paths of files that are about something else.
    dull: HashSet<u128>,
}

/// How many files a worker takes at a time.
const FILES: usize = 64;

impl Survey {
    /// Looks at the code among `inputs` on so many threads.
    pub fn of(inputs: impl Iterator<Item = Input> + Send, threads: usize) -> Self {
        let source = Mutex::new(inputs.filter(|input| input.fault.is_none() && input.path.is_some()));
        let all = Mutex::new(Self::default());
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| work(&source, &all));
            }
            work(&source, &all);
        });
        all.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a file was looked at and is about something else than WhatsApp.
    #[must_use]
    pub fn is_dull(&self, path: &Path) -> bool {
        !self.dull.is_empty() && self.dull.contains(&hash(path))
    }
}

/// What a file is known by, however the way to it was named: XXH3 of 128 bits.
fn hash(path: &Path) -> u128 {
    xxhash_rust::xxh3::xxh3_128(plain(path).as_os_str().as_encoded_bytes())
}

fn work(source: &Mutex<impl Iterator<Item = Input>>, all: &Mutex<Survey>) {
    let mut own = Survey::default();
    let mut held = Vec::new();
    loop {
        let files: Vec<Input> = {
            let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
            source.by_ref().take(FILES).collect()
        };
        if files.is_empty() {
            break;
        }
        for input in files {
            let (Some(notation @ (Notation::Code(_) | Notation::Settings)), Some(path)) =
                (Notation::of_name(&input.name), &input.path)
            else {
                continue;
            };
            // What cannot be read is told when it is checked.
            let Ok(bytes) = read_file(&input.name, path, &mut held) else { continue };
            let Notation::Code(language) = notation else {
                if let Ok(text) = std::str::from_utf8(bytes)
                    && !is_fetched(&input.name)
                {
                    own.project.add(&FileFacts::given(text));
                }
                continue;
            };
            let named = path_says_whatsapp(&input.name);
            if !named && !concern_whatsapp(bytes) {
                own.dull.insert(hash(path));
                continue;
            }
            if let Ok(text) = std::str::from_utf8(bytes) {
                own.project.add(&FileFacts::read(text, language, named));
            }
        }
    }
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    all.project.merge(own.project);
    all.dull.extend(own.dull);
}
