//! Wallets that announce themselves in a browser: EIP-6963, and EIP-1193 on each.

use std::rc::Rc;

use async_trait::async_trait;
use js_sys::{Function, JSON, Object, Promise, Reflect};
use serde_json::Value;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CustomEvent, Event, EventTarget};

use super::injected::{Listening, Provider, ProviderError};

const ANNOUNCE: &str = "eip6963:announceProvider";
const REQUEST: &str = "eip6963:requestProvider";

/// A wallet that has announced itself.
#[derive(Clone)]
pub struct Announced {
    /// Its name for people.
    pub name: String,
    /// Its picture, as a `data:` URL; empty where it gave something else.
    pub icon: String,
    /// Its name in reverse DNS order, the same in every visit. Nobody checks that it is its own.
    pub rdns: String,
    /// Its number in this visit, which sets it apart from others of that name.
    pub uuid: String,
    /// The wallet.
    pub provider: Rc<dyn Provider>,
}

/// Listens for wallets while it lives.
pub struct Discovery {
    global: EventTarget,
    ear: Closure<dyn FnMut(CustomEvent)>,
}

impl Discovery {
    /// Calls `found` for each wallet that announces itself, those that are there already first; none
    /// where there is no page.
    pub fn begin(found: impl Fn(Announced) + 'static) -> Option<Self> {
        let global: EventTarget = js_sys::global().dyn_into().ok()?;
        let ear = Closure::new(move |event: CustomEvent| {
            if let Some(wallet) = read(&event.detail()) {
                found(wallet);
            }
        });
        let listener = ear.as_ref().unchecked_ref();
        global.add_event_listener_with_callback(ANNOUNCE, listener).ok()?;
        let discovery = Self { global, ear };
        let _nobody_answers = discovery.global.dispatch_event(&Event::new(REQUEST).ok()?);
        Some(discovery)
    }
}

impl Drop for Discovery {
    fn drop(&mut self) {
        let listener = self.ear.as_ref().unchecked_ref();
        let _gone = self.global.remove_event_listener_with_callback(ANNOUNCE, listener);
    }
}

fn read(detail: &JsValue) -> Option<Announced> {
    let info = Reflect::get(detail, &"info".into()).ok()?;
    let text = |name: &str| Reflect::get(&info, &name.into()).ok()?.as_string();
    let object: Object = Reflect::get(detail, &"provider".into()).ok()?.dyn_into().ok()?;
    let icon = text("icon").filter(|icon| icon.starts_with("data:image/"));
    Some(Announced {
        name: text("name")?,
        icon: icon.unwrap_or_default(),
        rdns: text("rdns")?,
        uuid: text("uuid")?,
        provider: Rc::new(BrowserProvider { object }),
    })
}

/// A wallet's object in the page.
struct BrowserProvider {
    object: Object,
}

impl BrowserProvider {
    async fn ask(&self, method: &str, params: &Value) -> Result<Value, JsValue> {
        let request = Object::new();
        Reflect::set(&request, &"method".into(), &method.into())?;
        Reflect::set(&request, &"params".into(), &JSON::parse(&params.to_string())?)?;
        let ask: Function = Reflect::get(&self.object, &"request".into())?.dyn_into()?;
        let answer = Promise::resolve(&ask.call1(&self.object, &request)?);
        let answer = JsFuture::from(answer).await?;
        if answer.is_undefined() {
            return Ok(Value::Null);
        }
        let text = JSON::stringify(&answer)?.as_string().unwrap_or_default();
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }
}

#[async_trait(?Send)]
impl Provider for BrowserProvider {
    async fn request(&self, method: &'static str, params: Value) -> Result<Value, ProviderError> {
        self.ask(method, &params).await.map_err(|error| {
            let field = |name: &str| Reflect::get(&error, &name.into()).ok();
            // Codes are whole and small.
            #[allow(clippy::cast_possible_truncation)]
            let code = field("code").and_then(|code| code.as_f64()).map(|code| code as i64);
            let message = field("message").and_then(|message| message.as_string());
            // Where it holds itself, or is no data at all, it says nothing.
            let data = field("data").and_then(|data| JSON::stringify(&data).ok()?.as_string());
            let data = data.and_then(|data| serde_json::from_str(&data).ok()).unwrap_or_default();
            ProviderError::read(code, message.unwrap_or_default(), &data)
        })
    }

    fn listen(&self, event: &'static str, listener: Box<dyn Fn(Value)>) -> Option<Listening> {
        let on: Function = Reflect::get(&self.object, &"on".into()).ok()?.dyn_into().ok()?;
        let ear = Closure::<dyn FnMut(JsValue)>::new(move |news: JsValue| {
            let text = JSON::stringify(&news).ok().and_then(|text| text.as_string());
            listener(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default());
        });
        on.call2(&self.object, &event.into(), ear.as_ref()).ok()?;
        let object = self.object.clone();
        Some(Listening::new(move || {
            let off = Reflect::get(&object, &"removeListener".into()).ok();
            if let Some(off) = off.and_then(|off| off.dyn_into::<Function>().ok()) {
                let _gone = off.call2(&object, &event.into(), ear.as_ref());
            }
        }))
    }
}
