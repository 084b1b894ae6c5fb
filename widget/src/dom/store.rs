//! The browser's local storage, every failure tolerated: it may be switched off, full or forbidden by a frame.

use crate::storage::Store;
use web_sys::Storage;

/// Local storage of the host page's origin.
#[derive(Debug, Clone, Copy)]
pub struct LocalStore;

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

impl Store for LocalStore {
    fn get(&self, name: &str) -> Option<String> {
        storage()?.get_item(name).ok().flatten()
    }

    fn set(&self, name: &str, text: &str) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(name, text);
        }
    }

    fn remove(&self, name: &str) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(name);
        }
    }
}
