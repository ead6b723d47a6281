//! Style sheets that a first visit does not load.

use std::cell::RefCell;

use js_sys::{Array, Function, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    static ADOPTED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Adds a style sheet to the page, once. It is the program's own and no inline style, so the page's
/// policy lets it be.
pub(crate) fn adopt_style(css: &'static str) {
    let is_new = ADOPTED.with_borrow_mut(|adopted| {
        let is_new = !adopted.contains(&css);
        if is_new {
            adopted.push(css);
        }
        is_new
    });
    if is_new {
        // A browser without such sheets shows the part all the same, plainly.
        let _plain_is_fine = adopt(css);
    }
}

fn adopt(css: &str) -> Result<(), JsValue> {
    let class: Function = Reflect::get(&window(), &"CSSStyleSheet".into())?.dyn_into()?;
    let sheet = Reflect::construct(&class, &Array::new())?;
    let replace: Function = Reflect::get(&sheet, &"replaceSync".into())?.dyn_into()?;
    replace.call1(&sheet, &css.into())?;
    let sheets = Reflect::get(&document(), &"adoptedStyleSheets".into())?;
    let push: Function = Reflect::get(&sheets, &"push".into())?.dyn_into()?;
    push.call1(&sheets, &sheet)?;
    Ok(())
}
