//! Preferences in localStorage; nothing secret ever goes here.

use leptos::prelude::window;

/// Reads a preference; `None` where storage is forbidden or empty.
pub(crate) fn read(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Writes a preference; where storage is forbidden it holds for this visit only.
pub(crate) fn write(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _forbidden_is_fine = storage.set_item(key, value);
    }
}

/// Forgets a preference.
pub(crate) fn forget(key: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _forbidden_is_fine = storage.remove_item(key);
    }
}
