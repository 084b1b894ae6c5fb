//! What runs again when a signal changes: Leptos's effects, made in one shape so that they cost their code once.

use reactive_graph::effect::RenderEffect;
use reactive_graph::owner::StoredValue;
use std::any::Any;

/// A closure behind one method. A boxed `FnMut` holds its body twice, the second time for being called once and consumed.
pub trait Run<I, O> {
    /// Calls it.
    fn run(&mut self, input: I) -> O;
}

impl<I, O, F: FnMut(I) -> O> Run<I, O> for F {
    fn run(&mut self, input: I) -> O {
        self(input)
    }
}

/// What is read again and again.
pub type Source<O> = Box<dyn Run<(), O>>;

/// A closure as a [`Source`].
pub fn source<O>(mut read: impl FnMut() -> O + 'static) -> Source<O> {
    Box::new(move |()| read())
}

/// Runs `act` at once, and again whenever a signal that it read has changed, until its owner is cleaned up.
pub fn react(act: impl FnMut() + 'static) {
    react_boxed(source(act));
}

fn react_boxed(mut act: Source<()>) {
    keep(Box::new(RenderEffect::new(move |_| act.run(()))));
}

/// Keeps something alive until the owner is cleaned up.
pub(super) fn keep(value: Box<dyn Any>) {
    StoredValue::new_local(value);
}
