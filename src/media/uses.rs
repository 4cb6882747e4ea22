//! The media that checked payloads name, by ID or by link, at the places where the rules about media look.

use crate::check::Checked;
use crate::form::{Document, Part};
use crate::rules::{Anatomy, Media};
use crate::tree::{Node, NodeId};

/// A place where a payload names a medium.
pub(crate) struct Use<'a> {
    /// What kind of medium it is; unknown in the answer to an upload.
    pub kind: Option<Media>,
    pub named: Named<'a>,
    /// Whether it is sent; else it was received, or uploaded.
    pub is_sent: bool,
    /// Whether it is in a template, where other rules hold than in a free-form message.
    pub in_template: bool,
    /// Where the ID or the link stands.
    pub at: Node<'a>,
}

/// How a medium is named.
pub(crate) enum Named<'a> {
    Id(&'a str),
    Link(&'a str),
}

/// Calls `take` with the media that the payloads of a document name.
pub(crate) fn each_use<'a>(checked: &Checked<'a>, mut take: impl FnMut(Use<'a>)) {
    let mut anatomy = Anatomy::default();
    for payload in checked.payloads {
        let root = checked.look.node(payload.root);
        let document = payload.form.document();
        if document == Document::MediaUpload {
            uploaded(root, &mut take);
            continue;
        }
        let is_sent = document == Document::Message;
        anatomy.clear();
        anatomy.study(payload, root);
        let templates: Vec<Node<'_>> = anatomy.templates.iter().map(|id| checked.look.node(*id)).collect();
        for (kind, media) in &anatomy.media {
            let in_template = payload.part == Part::Template || holds(&templates, *media);
            let media = checked.look.node(*media);
            let named = |key: &str| media.get(key).and_then(|node| Some((node, node.as_str()?)));
            let of = |at, named| Use { kind: Some(*kind), named, is_sent, in_template, at };
            if let Some((at, id)) = named("id") {
                take(of(at, Named::Id(id)));
            }
            if let Some((at, link)) = named("link").filter(|_| is_sent) {
                take(of(at, Named::Link(link)));
            }
        }
    }
}

fn holds(templates: &[Node<'_>], media: NodeId) -> bool {
    templates.iter().any(|template| template.contains(media))
}

/// The IDs in the answer to an upload, of either API.
fn uploaded<'a>(root: Node<'a>, take: &mut impl FnMut(Use<'a>)) {
    let items = root.get("media").into_iter().flat_map(|media| media.items());
    let ids = items.filter_map(|item| item.get("id")).chain(root.get("id"));
    for at in ids {
        if let Some(id) = at.as_str() {
            take(Use { kind: None, named: Named::Id(id), is_sent: false, in_template: false, at });
        }
    }
}
