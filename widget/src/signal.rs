//! Values that effects follow: Leptos's trigger and arena around a value whose type is forgotten.
//!
//! A signal of Leptos brings its code for each type that it holds; here only what reads and writes does (docs/size.md).

use reactive_graph::owner::{LocalStorage, StoredValue};
use reactive_graph::prelude::*;
use reactive_graph::signal::ArcTrigger;
use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;
use wasm_bindgen::UnwrapThrowExt;

/// A value that effects follow. Can be copied into every closure; its owner ends it.
pub struct Signal<T> {
    slot: StoredValue<Slot, LocalStorage>,
    of: PhantomData<fn() -> T>,
}

/// A value and whom to tell when it changes.
#[derive(Clone)]
struct Slot {
    changed: ArcTrigger,
    value: Rc<RefCell<dyn Any>>,
}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

impl<T: 'static> Signal<T> {
    /// A signal with its first value.
    pub fn new(value: T) -> Self {
        let slot = Slot { changed: ArcTrigger::new(), value: Rc::new(RefCell::new(value)) };
        Self { slot: store(slot), of: PhantomData }
    }

    /// Reads the value; the effect that reads it follows it.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read_slot(&followed(self.slot), read)
    }

    /// Reads the value without following it.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read_slot(&found(self.slot), read)
    }

    /// Changes the value and tells those who follow it. Gives nothing where the owner has gone.
    pub fn update<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let slot = self.slot.try_get_value()?;
        let result = change_slot(&slot, change);
        slot.changed.notify();
        result
    }

    /// Changes the value and tells nobody.
    pub fn update_untracked<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        change_slot(&self.slot.try_get_value()?, change)
    }

    /// Replaces the value.
    pub fn set(self, value: T) {
        self.update(|old| *old = value);
    }

    /// Whether the owner has gone: what comes back from the edge has nobody to go to.
    pub fn is_gone(self) -> bool {
        self.slot.is_disposed()
    }
}

impl<T: Clone + 'static> Signal<T> {
    /// The value; the effect that reads it follows it.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// The value, not followed.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

impl<T: Default + 'static> Default for Signal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

fn store(slot: Slot) -> StoredValue<Slot, LocalStorage> {
    StoredValue::new_local(slot)
}

/// What is drawn and listened to goes before the signals go, so a signal that is read is there.
fn found(slot: StoredValue<Slot, LocalStorage>) -> Slot {
    slot.try_get_value().unwrap_throw()
}

fn followed(slot: StoredValue<Slot, LocalStorage>) -> Slot {
    let slot = found(slot);
    slot.changed.track();
    slot
}

fn read_slot<T: 'static, R>(slot: &Slot, read: impl FnOnce(&T) -> R) -> R {
    read(slot.value.borrow().downcast_ref().unwrap_throw())
}

fn change_slot<T: 'static, R>(slot: &Slot, change: impl FnOnce(&mut T) -> R) -> Option<R> {
    slot.value.borrow_mut().downcast_mut().map(change)
}
