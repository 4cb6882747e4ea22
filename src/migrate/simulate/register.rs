//! Registering a number with Cloud API, which takes it from its On-Premises client, and deregistering it.

use serde_json::{Value, json};

use super::answer::{Answer, Manner};
use super::fault::Fault;
use super::graph::{Asked, Result, success, text};
use super::number::is_pin;
use super::refusal::GraphError;
use super::world::{Backup, State, Whereabouts, World};

/// What a number is registered with.
struct Registration {
    pin: String,
    backup: Option<(String, String)>,
}

impl Registration {
    fn of(asked: &Asked) -> std::result::Result<Self, GraphError> {
        let missing = |name: &str| GraphError::parameter(&format!("The parameter {name} is required."));
        let product = asked.parameters.text("messaging_product").ok_or_else(|| missing("messaging_product"))?;
        if product != "whatsapp" {
            return Err(GraphError::parameter("Param messaging_product must be one of {WHATSAPP}."));
        }
        let pin = asked.parameters.text("pin").ok_or_else(|| missing("pin"))?;
        if !is_pin(&pin) {
            return Err(GraphError::parameter("Param pin must be a string of 6 digits."));
        }
        let backup = match asked.parameters.get("backup") {
            None | Some(Value::Null) => None,
            Some(Value::Object(backup)) => {
                let part =
                    |name: &str| backup.get(name).and_then(text).ok_or_else(|| missing(&format!("backup['{name}']")));
                Some((part("password")?, part("data")?))
            }
            Some(_) => return Err(GraphError::parameter("Param backup must be a JSON object.")),
        };
        Ok(Self { pin, backup })
    }
}

/// `POST /{phone-number-id}/register`, and most of what can go wrong with it.
pub(super) fn register(asked: &Asked, number: usize) -> Result {
    let world = asked.world;
    may_message(world)?;
    world.state().seen.register_calls += 1;
    let registration = Registration::of(asked)?;
    if let Some(answer) = fails_before(world) {
        return Ok(answer);
    }
    let mut state = world.state();
    let now = world.now(&state);
    if !state.count_request(number, now) {
        return Err(too_many());
    }
    if state.take(Fault::ServerError) {
        drop(state);
        deceive(world, number, &registration);
        return Err(GraphError::new(500, 131_000, "Something went wrong").transient());
    }
    if state.take(Fault::HtmlAnswer) {
        drop(state);
        deceive(world, number, &registration);
        return Ok(Answer::bad_gateway());
    }
    if state.take(Fault::RegisterFalse) {
        drop(state);
        return Ok(Answer::json(200, &json!({ "success": false })));
    }
    let is_slow = state.take(Fault::Slow);
    let is_late = state.has(Fault::TimeoutAfterRegister);
    drop(state);
    if is_slow {
        world.halt.wait(world.setup.slow);
    }
    if is_late {
        world.halt.wait(world.setup.effect_delay);
    }
    let mut state = world.state();
    take_effect(world, &mut state, number, &registration)?;
    Ok(told(world, &mut state))
}

/// What happens to a request before it takes effect.
fn fails_before(world: &World) -> Option<Answer> {
    let mut state = world.state();
    if state.take(Fault::ResetBeforeRegister) {
        return Some(Answer::reset());
    }
    state.take(Fault::TimeoutBeforeRegister).then(|| Answer::silence(world.setup.patience))
}

/// What is told of a register that took effect.
fn told(world: &World, state: &mut State) -> Answer {
    let answer = if world.setup.faults.contains(&Fault::RegisterFalse) {
        Answer::json(200, &json!({ "success": "true" }))
    } else {
        success(world)
    };
    if state.take(Fault::ResetAfterRegister) {
        return Answer::reset();
    }
    if state.take(Fault::TimeoutAfterRegister) {
        return Answer::silence(world.setup.patience.saturating_sub(world.setup.effect_delay));
    }
    if state.take(Fault::TruncatedAnswer) {
        return answer.in_manner(Manner::Truncated);
    }
    answer
}

/// Takes effect behind an answer that says otherwise, when the setup wants that.
fn deceive(world: &World, number: usize, registration: &Registration) {
    if world.setup.deceitful {
        let _ = take_effect(world, &mut world.state(), number, registration);
    }
}

/// Registers the number.
fn take_effect(
    world: &World,
    state: &mut State,
    number: usize,
    registration: &Registration,
) -> std::result::Result<(), GraphError> {
    let leaves_onprem = matches!(state.numbers[number].whereabouts, Whereabouts::OnPremises | Whereabouts::Down);
    if leaves_onprem {
        // The doubt: whether the backup is opened before the PIN is compared, so that a wrong password leaves the
        // On-Premises client as it is. Only of a wrong PIN it is known that it does not.
        open_backup(world, state, number, registration)?;
    }
    let this = &state.numbers[number];
    let is_right = this.pin.as_ref().is_none_or(|pin| *pin == registration.pin);
    if !is_right || (state.has(Fault::WrongPin) && this.pin.is_some()) {
        if leaves_onprem {
            state.numbers[number].whereabouts = Whereabouts::Down;
            state.numbers[number].sessions.clear();
        }
        return Err(GraphError::new(400, 133_005, "Two step verification PIN Mismatch"));
    }
    let this = &mut state.numbers[number];
    this.whereabouts = Whereabouts::Cloud;
    // Without two-step verification, any PIN becomes the new one.
    this.pin = Some(registration.pin.clone());
    state.seen.register_effects += 1;
    Ok(())
}

fn open_backup(
    world: &World,
    state: &State,
    number: usize,
    registration: &Registration,
) -> std::result::Result<(), GraphError> {
    let Some((password, data)) = &registration.backup else {
        // The doubt: which error it is. Without a backup a number has to be verified by a code before it is registered.
        return Err(GraphError::new(400, 133_006, "Phone number needs to be verified before registering"));
    };
    match world.opens(number, password, data) {
        Backup::Opened if !state.has(Fault::WrongBackupPassword) => Ok(()),
        Backup::Opened | Backup::Closed => Err(GraphError::new(400, 133_002, "Backup blob decryption error")),
        Backup::Unreadable => Err(GraphError::new(400, 133_001, "Decryption error")),
    }
}

/// `POST /{phone-number-id}/deregister`. There is no way back to On-Premises API.
pub(super) fn deregister(asked: &Asked, number: usize) -> Result {
    let world = asked.world;
    may_message(world)?;
    let mut state = world.state();
    state.seen.deregister_calls += 1;
    let now = world.now(&state);
    if !state.count_request(number, now) {
        return Err(too_many());
    }
    if state.numbers[number].whereabouts != Whereabouts::Cloud {
        return Err(GraphError::new(400, 133_010, "Account not registered"));
    }
    state.numbers[number].whereabouts = Whereabouts::Nowhere;
    drop(state);
    Ok(success(world))
}

/// Whether the token may register, deregister and upload.
pub(super) fn may_message(world: &World) -> std::result::Result<(), GraphError> {
    if world.lacks_permission(&world.state()) {
        return Err(GraphError::new(403, 10, "Application does not have permission for this action"));
    }
    Ok(())
}

fn too_many() -> GraphError {
    GraphError::new(400, 133_016, "Account register/deregister rate limit exceeded").details(
        "This number was registered and deregistered too often in a short time. Try again when it has been less active.",
    )
}
