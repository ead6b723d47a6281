//! The address bar: where the page is, and how a click on a link goes elsewhere within it.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, EventTarget, HtmlAnchorElement, MouseEvent, Node};

/// Gives the path in the address bar.
pub(crate) fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Finds the link within the page that an event is on.
pub(crate) fn link(target: Option<EventTarget>) -> Option<HtmlAnchorElement> {
    let node = target?.dyn_into::<Node>().ok()?;
    // A click may meet the drawing inside of a link.
    let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
    let link = element.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    (link.origin() == window().location().origin().ok()?).then_some(link)
}

/// Gives where a click leads within the page; `None` for what the browser does better itself: new
/// tabs, downloads, other sites, places on the same page.
pub(crate) fn followed(click: &MouseEvent) -> Option<String> {
    let plain = !(click.alt_key() || click.ctrl_key() || click.meta_key() || click.shift_key());
    if !plain || click.button() != 0 || click.default_prevented() {
        return None;
    }
    let link = link(click.target())?;
    let is_own = link.target().is_empty() && !link.has_attribute("download");
    let path = link.pathname();
    let elsewhere = link.hash().is_empty() || path != self::path();
    (is_own && elsewhere).then(|| format!("{path}{}{}", link.search(), link.hash()))
}

/// Gives the query in the address bar, with its question mark, or nothing.
pub(crate) fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// Gives what comes before the path of every address of the page.
pub(crate) fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Writes another address of the same page into the address bar.
pub(crate) fn rewrite(address: &str) {
    if let Ok(history) = window().history() {
        // A browser that forbids it shows the old address; the page is the same.
        let _old_address_is_fine =
            history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Goes to an address within the page, at its top.
pub(crate) fn go(address: &str) {
    let history = window().history();
    // A browser that allows no entry more leaves the user where they are.
    if history.is_ok_and(|h| h.push_state_with_url(&JsValue::NULL, "", Some(address)).is_ok()) {
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }
}
