//! Media of Cloud API: uploads, and what is to be known of one.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::answer::Answer;
use super::graph::{Asked, Result, success};
use super::media::Mishap;
use super::multipart::{Part, parts};
use super::refusal::GraphError;
use super::register::may_message;
use super::setup::hexadecimal;
use super::world::{State, Uploaded, World};
use crate::facts::facts;

/// `POST /{phone-number-id}/media`, a form with `messaging_product`, `type` and `file`.
///
/// The doubt: whether a number that is not on Cloud API yet can have media. Here it can, or no message could be ready
/// when it arrives.
pub(super) fn upload(asked: &Asked) -> Result {
    let world = asked.world;
    may_message(world)?;
    let form = Form::of(asked)?;
    check(&form)?;
    let sha256 = hexadecimal(&Sha256::digest(form.bytes));
    match world.mishap(sha256.as_bytes()) {
        None => Ok(Answer::json(200, &json!({ "id": keep(world, &form, &sha256, true) }))),
        Some(Mishap::Drop) => {
            if world.setup.media_faults.lost_answers {
                keep(world, &form, &sha256, false);
            }
            Ok(Answer::reset())
        }
        Some(Mishap::ServerError) => Err(GraphError::new(500, 131_000, "Something went wrong").transient()),
        // The doubt: with which status these come; both 400 and 429 have been documented.
        Some(Mishap::TooManyRequests) => Err(GraphError::new(429, 130_429, "Rate limit hit")),
        Some(Mishap::Other) => Err(GraphError::new(400, 80_007, "The WhatsApp Business Account has hit a rate limit.")),
    }
}

struct Form<'b> {
    content_type: String,
    bytes: &'b [u8],
}

impl<'b> Form<'b> {
    fn of(asked: &Asked<'b>) -> std::result::Result<Self, GraphError> {
        let header = asked.request.head.header("content-type").unwrap_or_default();
        let parts = parts(header, &asked.request.body)
            .ok_or_else(|| GraphError::parameter("The parameter messaging_product is required."))?;
        let part = |name: &str| parts.iter().find(|part| part.name == name);
        let text = |part: &Part| String::from_utf8_lossy(part.bytes).into_owned();
        let product = part("messaging_product").map(text);
        if product.as_deref() != Some("whatsapp") {
            return Err(GraphError::parameter("The parameter messaging_product is required."));
        }
        let file = part("file").filter(|part| part.file_name.is_some());
        let file = file.ok_or_else(|| GraphError::parameter("The parameter file is required."))?;
        let content_type = part("type").map(text).or_else(|| file.content_type.clone()).unwrap_or_default();
        Ok(Self { content_type, bytes: file.bytes })
    }
}

/// Whether Cloud API takes a file of this type and size. It is not known to look into the file.
fn check(form: &Form) -> std::result::Result<(), GraphError> {
    let plain = form.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let types = facts().tables.media_types();
    let Some(largest) = types.takers(&plain).map(|(kind, _)| kind.max_bytes).max() else {
        let message =
            format!("Param file must be a file of a type that is supported. Received file of type '{plain}'.");
        return Err(GraphError::parameter(&message));
    };
    // The doubt: which error it is. Empty and too large files are refused.
    if form.bytes.is_empty() || u64::try_from(form.bytes.len()).is_ok_and(|size| size > largest) {
        return Err(GraphError::parameter(&format!("Param file must have between 1 and {largest} bytes.")));
    }
    Ok(())
}

/// How many bytes of uploaded files are kept in all; of what comes beyond only hash and length are.
const MOST_KEPT: usize = 4 << 20;

impl Uploaded {
    /// One whose bytes are kept while there is room. The length takes their place then, and the hash, which is not that
    /// of the length, tells the two apart.
    fn of(form: &Form, sha256: &str, state: &State) -> Self {
        let kept: usize = state.uploaded.values().map(|file| file.bytes.len()).sum();
        let has_room = kept + form.bytes.len() <= MOST_KEPT;
        let bytes = if has_room { form.bytes.to_vec() } else { form.bytes.len().to_be_bytes().to_vec() };
        Self { content_type: form.content_type.clone(), bytes, sha256: sha256.to_owned() }
    }

    /// The file, or its length when only that is kept.
    fn file(&self) -> std::result::Result<&[u8], usize> {
        match <[u8; size_of::<usize>()]>::try_from(self.bytes.as_slice()) {
            Ok(length) if hexadecimal(&Sha256::digest(&self.bytes)) != self.sha256 => Err(usize::from_be_bytes(length)),
            _ => Ok(&self.bytes),
        }
    }
}

/// Keeps a file and gives its ID.
fn keep(world: &World, form: &Form, sha256: &str, is_answered: bool) -> String {
    let mut state = world.state();
    let id = format!("{}", 1_366_000_000_000_000 + state.next());
    let uploads = state.seen.uploads.entry(sha256.to_owned()).or_default();
    uploads.taken += 1;
    uploads.answered += usize::from(is_answered);
    let uploaded = Uploaded::of(form, sha256, &state);
    state.uploaded.insert(id.clone(), uploaded);
    id
}

/// `GET` and `DELETE /{media-id}`; with `?download`, which only the address of this answer has, the file itself.
pub(super) fn node(asked: &Asked, id: &str) -> Result {
    let world = asked.world;
    let head = &asked.request.head;
    let mut state = world.state();
    match &*head.method {
        "DELETE" => {
            state.uploaded.remove(id);
            drop(state);
            Ok(success(world))
        }
        "GET" => {
            let file = state.uploaded.get(id).ok_or_else(|| GraphError::unsupported("GET", id))?;
            if head.parameter("download").is_some() {
                let message = "This simulator keeps no more than the hash and the length of this file.";
                let bytes = file.file().map_err(|_| GraphError::new(500, 131_000, message))?;
                return Ok(Answer::new(200, &file.content_type, bytes.to_vec()));
            }
            let base = world.graph_url.get().map_or("", String::as_str);
            Ok(Answer::json(
                200,
                &json!({
                    "messaging_product": "whatsapp", "url": format!("{base}/{id}?download=1"), "id": id,
                    "mime_type": file.content_type, "sha256": file.sha256, "file_size": file.file().map_or_else(|length| length, <[u8]>::len),
                }),
            ))
        }
        method => Err(GraphError::unsupported(method, id)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::server::Halt;
    use super::super::setup::Setup;
    use super::*;

    #[test]
    fn beyond_a_bound_only_hash_and_length_of_what_is_uploaded_are_kept() {
        let world = World::new(Setup::default(), std::sync::Arc::new(Halt::default())).expect("a world");
        let keep = |bytes: &[u8]| {
            let form = Form { content_type: "audio/aac".to_owned(), bytes };
            keep(&world, &form, &hexadecimal(&Sha256::digest(bytes)), true)
        };
        let ids = [keep(&[0; 8]), keep(&vec![1; MOST_KEPT - 8]), keep(&[2; 8]), keep(&[3; 9_000])];
        let state = world.state();
        let files = ids.each_ref().map(|id| state.uploaded[id].file().map(<[u8]>::len));
        assert_eq!(files, [Ok(8), Ok(MOST_KEPT - 8), Err(8), Err(9_000)]);
    }
}
