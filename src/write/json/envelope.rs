//! Cloud API's envelope around a webhook's content.

use super::gap::{Gap, line_starts};
use super::place;
use super::spell::Speller;
use super::style::{Shape, Style};
use crate::config::WebhookIdentity;
use crate::rules::Look;
use crate::tree::{Node, Span};

/// Puts Cloud API's envelope around a webhook's content.
pub(super) fn wrap(
    look: Look<'_>,
    root: Node<'_>,
    identity: &WebhookIdentity,
    mut edit: impl FnMut(Span, String),
) -> Option<()> {
    if !root.is_object() {
        return None;
    }
    let (first, _) = root.members().next()?;
    let start = first.own_span().range().start;
    let (own, style) = (root.own_span().range(), Style::of(root));
    let mut spell = Speller::new(look, style);
    spell.open();
    spell.key("object");
    spell.name("whatsapp_business_account");
    spell.next();
    spell.key("entry");
    spell.open_list(true);
    spell.open();
    spell.key("id");
    spell.text(identity.waba_id.as_deref().unwrap_or("<WABA_ID>"));
    spell.next();
    spell.key("changes");
    spell.open_list(true);
    spell.open();
    spell.key("value");
    edit(place(own.start), spell.take());
    if let Some(lines) = style.lines {
        let gap = Gap::between(root.layer_text(), own.start + 1, start)?;
        let depth = spell.depth;
        spell.depth += 1;
        spell.line();
        whose(&mut spell, root, identity);
        spell.out.push(',');
        spell.depth = depth;
        edit(place(gap.line_end?), spell.take());
        if !lines.unit.is_empty() {
            line_starts(root, |start| edit(place(start), lines.unit.repeat(depth)));
        }
    } else {
        whose(&mut spell, root, identity);
        spell.out.push_str(style.spacing.comma);
        edit(place(start), spell.take());
    }
    spell.next();
    spell.key("field");
    spell.name("messages");
    for _ in 0..2 {
        spell.close();
        spell.close_list(true);
    }
    spell.close();
    edit(place(own.end), spell.out);
    Some(())
}

/// Writes the members that say whose webhook it is.
fn whose<'a>(spell: &mut Speller<'a>, root: Node<'a>, identity: &WebhookIdentity) {
    let style = spell.style;
    spell.key("messaging_product");
    spell.name("whatsapp");
    spell.next();
    spell.key("metadata");
    if style.lines.is_some() {
        let flat = Style::among(root, Shape::FLAT_OBJECT, None);
        if flat.lines.is_none() {
            spell.style = flat;
        }
    }
    spell.open();
    spell.key("display_phone_number");
    spell.text(identity.display_phone_number.as_deref().unwrap_or("<DISPLAY_PHONE_NUMBER>"));
    spell.next();
    spell.key("phone_number_id");
    spell.text(identity.phone_number_id.as_deref().unwrap_or("<PHONE_NUMBER_ID>"));
    spell.close();
    spell.style = style;
}
