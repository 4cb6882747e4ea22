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
use super::world::{Uploaded, World};
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

/// Keeps a file and gives its ID.
fn keep(world: &World, form: &Form, sha256: &str, is_answered: bool) -> String {
    let mut state = world.state();
    let id = format!("{}", 1_366_000_000_000_000 + state.next());
    let uploads = state.seen.uploads.entry(sha256.to_owned()).or_default();
    uploads.taken += 1;
    uploads.answered += usize::from(is_answered);
    let (content_type, bytes) = (form.content_type.clone(), form.bytes.to_vec());
    state.uploaded.insert(id.clone(), Uploaded { content_type, bytes, sha256: sha256.to_owned() });
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
                return Ok(Answer::new(200, &file.content_type, file.bytes.clone()));
            }
            let base = world.graph_url.get().map_or("", String::as_str);
            Ok(Answer::json(
                200,
                &json!({
                    "messaging_product": "whatsapp", "url": format!("{base}/{id}?download=1"), "id": id,
                    "mime_type": file.content_type, "sha256": file.sha256, "file_size": file.bytes.len(),
                }),
            ))
        }
        method => Err(GraphError::unsupported(method, id)),
    }
}
