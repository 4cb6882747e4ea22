//! `order-total`: the amounts of an order that do not add up.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::tree::{Kind, Node};

pub static RULE: Rule = Rule {
    name: "order-total",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[],
    source: "Meta's payments reference (India)",
    page: include_str!("order_total.md"),
    visit: Some(visit),
    code: None,
    say: |finding, _, text| {
        if let Args::Case("total") = finding.args {
            text.set(
                "the total is not subtotal plus tax and shipping less discount; Cloud API refuses an order that does not add up",
                "make `total_amount` the sum",
            );
        } else {
            text.set(
                "the subtotal is not the sum of the items, each its sale amount or amount times its quantity",
                "make `subtotal` the sum",
            );
        }
    },
};

fn visit(visit: &mut Visit<'_>) {
    for action in visit.each(|anatomy| &anatomy.actions) {
        if action.get("name").is_some_and(|name| name.is_text("review_and_pay"))
            && let Some(parameters) = action.get("parameters")
        {
            order(visit, parameters);
        }
    }
    for components in visit.each(|anatomy| &anatomy.components) {
        let lists = components.items().filter_map(|component| component.get("parameters"));
        for details in lists.flat_map(|list| list.items()).filter_map(|item| item.path(&["action", "order_details"])) {
            order(visit, details);
        }
    }
}

fn order(visit: &mut Visit<'_>, parameters: Node<'_>) {
    let Some(order) = parameters.get("order") else { return };
    let Some(subtotal) = order.get("subtotal") else { return };
    // Tax is required; what is missing is a fault of its own.
    let amount = |name: &str| match order.get(name) {
        None if name == "tax" => None,
        None => Some(0),
        Some(amount) => value(amount),
    };
    if let (Some(total), Some(written)) =
        (parameters.get("total_amount"), parameters.get("total_amount").and_then(value))
        && let (Some(subtotal), Some(tax), Some(shipping), Some(discount)) =
            (value(subtotal), amount("tax"), amount("shipping"), amount("discount"))
        && Some(written) != sum_of(subtotal, tax, shipping, discount)
    {
        visit.report(&RULE, Place::value(total), Args::Case("total"), None);
    }
    let items = order.get("items").filter(|items| items.kind() == Kind::Array && !items.is_open() && items.count() > 0);
    if let (Some(items), Some(written)) = (items, value(subtotal))
        && let Some(sum) = items.items().try_fold(0_i64, |sum, item| sum.checked_add(price(item)?))
        && written != sum
    {
        visit.report(&RULE, Place::value(subtotal), Args::Case("subtotal"), None).confidence = Confidence::Medium;
    }
}

fn sum_of(subtotal: i64, tax: i64, shipping: i64, discount: i64) -> Option<i64> {
    subtotal.checked_add(tax)?.checked_add(shipping)?.checked_sub(discount)
}

/// An amount in its smallest unit.
fn value(amount: Node<'_>) -> Option<i64> {
    amount.get("value")?.as_i64()
}

fn price(item: Node<'_>) -> Option<i64> {
    let each = value(item.get("sale_amount").or_else(|| item.get("amount"))?)?;
    each.checked_mul(item.get("quantity")?.as_i64()?)
}
