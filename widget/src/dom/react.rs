//! What runs again when a signal changes: Leptos's effects, made in one shape so that they cost their code once.

use leptos::prelude::*;

/// Runs `act` at once, and again whenever a signal that it read has changed, until its owner is cleaned up.
pub fn react(act: impl FnMut() + 'static) {
    react_boxed(Box::new(act));
}

fn react_boxed(mut act: Box<dyn FnMut()>) {
    keep(RenderEffect::new(move |_| act()));
}

/// Keeps something alive until the owner is cleaned up.
pub(super) fn keep<T: 'static>(value: T) {
    StoredValue::new_local(value);
}
