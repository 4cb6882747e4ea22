//! The ticket for Meta's Direct Support, with what support asks for first.

use std::fmt::Write as _;

use super::standing::Standing;
use crate::config::migrate::Number;

/// The topic of a ticket, as Meta's guide names it.
pub const TOPIC: &str = "WABiz: Cloud API";

/// The request type of a ticket, as Meta's guide names it.
pub const REQUEST_TYPE: &str = "On-Premises API -> Cloud API Migration Issues";

/// The ticket for a number, filled in as far as the journal knows. It holds IDs and times, no secret.
#[must_use]
pub fn ticket(number: &Number, standing: &Standing) -> String {
    let mut text = format!("Direct Support ticket\n  Topic: {TOPIC}\n  Request Type: {REQUEST_TYPE}\n");
    let _ = writeln!(text, "  Phone number ID: {}", number.phone_number_id);
    let _ = writeln!(text, "  WhatsApp Business Account ID: {}", number.waba_id);
    if let Some((step, failure)) = &standing.failure {
        let _ = writeln!(text, "  Failed at: {}: {}", step.as_str(), failure.what);
        if let Some(code) = failure.code {
            let _ = writeln!(text, "  Error code: {code}");
        }
        if let Some(id) = &failure.fbtrace_id {
            let _ = writeln!(text, "  fbtrace_id: {id}");
        }
    }
    for at in &standing.tried {
        let _ = writeln!(text, "  Registration tried at: {at}");
    }
    text
}
