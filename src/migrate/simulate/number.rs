//! A business phone number as Graph API shows it.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::fault::Fault;
use super::graph::{Asked, Result, success};
use super::refusal::GraphError;
use super::setup::APP_ID;
use super::world::{Whereabouts, World};

/// What is shown when no fields are asked for.
const USUAL: &str = "verified_name,code_verification_status,display_phone_number,quality_rating,platform_type,throughput,\
                     last_onboarded_time,webhook_configuration";

/// `GET /{phone-number-id}`, and `POST` of a new PIN.
pub(super) fn node(asked: &Asked, number: usize) -> Result {
    let world = asked.world;
    let id = &world.setup.numbers[number].phone_number_id;
    if world.lacks_permission(&world.state()) {
        return Err(GraphError::new(403, 200, "Permissions error"));
    }
    match &*asked.request.head.method {
        "GET" => {
            let fields = asked.parameters.text("fields").unwrap_or_else(|| USUAL.to_owned());
            Ok(Answer::json(200, &Value::Object(shown(world, number, &fields)?)))
        }
        "POST" => set_pin(asked, number),
        method => Err(GraphError::unsupported(method, id)),
    }
}

fn set_pin(asked: &Asked, number: usize) -> Result {
    let pin = asked.parameters.text("pin").ok_or_else(|| GraphError::parameter("The parameter pin is required."))?;
    if !is_pin(&pin) {
        return Err(GraphError::parameter("Param pin must be a string of 6 digits."));
    }
    let mut state = asked.world.state();
    if state.numbers[number].whereabouts != Whereabouts::Cloud {
        return Err(GraphError::new(400, 133_010, "Account not registered"));
    }
    state.numbers[number].pin = Some(pin);
    state.seen.pins_set += 1;
    drop(state);
    Ok(success(asked.world))
}

/// Whether this is a PIN: six digits.
pub(super) fn is_pin(pin: &str) -> bool {
    pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit())
}

/// `GET /{waba-id}/phone_numbers`, a page of them.
pub(super) fn of_account(asked: &Asked, account: &str) -> Result {
    let world = asked.world;
    let fields = asked.parameters.text("fields").unwrap_or_else(|| USUAL.to_owned());
    let all = all_of_account(world, account, &fields)?;
    let asked_for = |name: &str| asked.parameters.text(name).and_then(|number| number.parse::<usize>().ok());
    let limit = asked_for("limit").unwrap_or(world.setup.page).clamp(1, 100);
    // A cursor says how many were given so far.
    let from = asked_for("after").unwrap_or(0).min(all.len());
    let to = (from + limit).min(all.len());
    let mut page = json!({ "data": all[from..to] });
    if from < to {
        page["paging"] = json!({ "cursors": { "before": from.to_string(), "after": to.to_string() } });
    }
    if to < all.len() {
        let path = &asked.request.head.path;
        let base = world.graph_url.get().map_or("", String::as_str);
        let fields = url::form_urlencoded::byte_serialize(fields.as_bytes()).collect::<String>();
        page["paging"]["next"] = json!(format!("{base}{path}?fields={fields}&limit={limit}&after={to}"));
    }
    Ok(Answer::json(200, &page))
}

/// The account's numbers: others before, so that ours may stand on a later page.
fn all_of_account(world: &World, account: &str, fields: &str) -> std::result::Result<Vec<Value>, GraphError> {
    let mut all: Vec<Value> = (0..world.setup.neighbours)
        .map(|index| {
            json!({
                "id": format!("6091703348{index:05}"), "display_phone_number": format!("+1 555-010-{:04}", 700 + index),
                "verified_name": "Example Shop", "quality_rating": "GREEN", "platform_type": "CLOUD_API",
                "code_verification_status": "VERIFIED",
            })
        })
        .collect();
    let is_elsewhere = world.state().has(Fault::WrongWaba);
    for (at, number) in world.setup.numbers.iter().enumerate() {
        if number.waba_id == account && !is_elsewhere {
            all.push(Value::Object(shown(world, at, fields)?));
        }
    }
    Ok(all)
}

/// A number with the fields that are asked for, and its ID.
fn shown(world: &World, number: usize, fields: &str) -> std::result::Result<Map<String, Value>, GraphError> {
    let mut shown = Map::new();
    for name in names(fields) {
        let overruled = world.state().overruled.get(&(number, name.to_owned())).cloned();
        let value = overruled.or_else(|| field(world, number, name)).ok_or_else(|| {
            let node = "WhatsAppBusinessAccountToNumberCurrentStatus";
            GraphError::parameter(&format!("Tried accessing nonexisting field ({name}) on node type ({node})"))
        })?;
        shown.insert(name.to_owned(), value);
    }
    shown.insert("id".to_owned(), json!(world.setup.numbers[number].phone_number_id));
    Ok(shown)
}

/// The names in a list such as `id,throughput{level}`, without what stands in braces.
fn names(fields: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = fields.split(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    let plain = parts.map(|part| part.split(['{', '.']).next().unwrap_or_default().trim());
    plain.filter(|name| !name.is_empty()).collect()
}

/// A field of a number; `None` when there is none of that name.
fn field(world: &World, at: usize, name: &str) -> Option<Value> {
    let number = &world.setup.numbers[at];
    let state = world.state();
    let NumberView { platform, status, throughput, sends } = view(state.numbers[at].whereabouts, number.shards);
    Some(match name {
        "id" => json!(number.phone_number_id),
        "display_phone_number" => json!(number.written()),
        "verified_name" => json!(number.verified_name),
        "quality_rating" => json!("GREEN"),
        "platform_type" => json!(platform),
        "throughput" => json!({ "level": throughput }),
        "status" => json!(status),
        "code_verification_status" => json!("VERIFIED"),
        "name_status" => json!("APPROVED"),
        "new_name_status" => json!("NONE"),
        "is_pin_enabled" => json!(state.numbers[at].pin.is_some()),
        "messaging_limit_tier" | "whatsapp_business_manager_messaging_limit" => json!("TIER_10K"),
        "is_official_business_account" | "is_on_biz_app" => json!(false),
        "account_mode" => json!("LIVE"),
        "certificate" => json!("CmEKHQjInvented"),
        "last_onboarded_time" => json!("2021-03-04T09:12:44+0000"),
        "webhook_configuration" => {
            json!({ "application": world.graph_url.get().map(|url| format!("{url}/webhook")) })
        }
        "health_status" => {
            let entity =
                |kind: &str, id: &str, sends: &str| json!({ "entity_type": kind, "id": id, "can_send_message": sends });
            json!({ "can_send_message": sends, "entities": [
                entity("PHONE_NUMBER", &number.phone_number_id, sends),
                entity("WABA", &number.waba_id, "AVAILABLE"),
                entity("BUSINESS", "203344556677889", "AVAILABLE"),
                entity("APP", APP_ID, "AVAILABLE"),
            ] })
        }
        _ => return None,
    })
}

struct NumberView {
    platform: &'static str,
    status: &'static str,
    throughput: &'static str,
    sends: &'static str,
}

/// What follows from where a number is.
fn view(whereabouts: Whereabouts, shards: u32) -> NumberView {
    let (platform, status, throughput, sends) = match whereabouts {
        // The doubt: what Graph API says of the throughput of a number that is not on Cloud API.
        Whereabouts::OnPremises => ("ON_PREMISE", "CONNECTED", "NOT_APPLICABLE", "AVAILABLE"),
        // The doubt: whether a number whose client was taken down still is an On-Premises one. It is on no other
        // platform, and can be registered with its backup.
        Whereabouts::Down => ("ON_PREMISE", "DISCONNECTED", "NOT_APPLICABLE", "BLOCKED"),
        Whereabouts::Cloud => ("CLOUD_API", "CONNECTED", if shards >= 2 { "HIGH" } else { "STANDARD" }, "AVAILABLE"),
        Whereabouts::Nowhere => ("NOT_APPLICABLE", "DISCONNECTED", "NOT_APPLICABLE", "BLOCKED"),
    };
    NumberView { platform, status, throughput, sends }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_with_or_without_what_is_in_them() {
        let names = names("id, throughput{level,more{x}},health_status.limit(1){a},,status");
        assert_eq!(names, ["id", "throughput", "health_status", "status"]);
        assert_eq!(super::names("}},a"), ["}}", "a"]);
    }
}
