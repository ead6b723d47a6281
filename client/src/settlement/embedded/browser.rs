//! The other tabs in a browser: Web Locks and a `BroadcastChannel`.
//!
//! Pages that are not served securely have no Web Locks. There each tab is on its own: appends
//! that collide are refused by the database and tried again.

use std::cell::Cell;
use std::rc::Rc;

use async_trait::async_trait;
use futures_channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BroadcastChannel, MessageEvent};

use super::peers::{Hold, MemoryPeers, Mode, News, Peers};

const CHANNEL: &str = "pinfi/ledger";
const GROWN: &str = "grown";
const REPLACED: &str = "replaced";

/// The tabs of this origin that have the same ledger open.
pub struct BrowserPeers {
    name: String,
    /// `navigator.locks`. Looked up by hand: its bindings are not stable yet.
    locks: Option<JsValue>,
    /// Orders the writers of this tab where the browser has no locks.
    alone: MemoryPeers,
    channel: Option<BroadcastChannel>,
}

impl BrowserPeers {
    /// Joins the tabs that have the ledger in the database `name` open.
    #[must_use]
    pub fn join(name: &str) -> Self {
        let navigator = Reflect::get(&js_sys::global(), &"navigator".into());
        let locks = navigator.and_then(|navigator| Reflect::get(&navigator, &"locks".into()));
        Self {
            name: name.to_owned(),
            locks: locks.ok().filter(JsValue::is_object),
            alone: MemoryPeers::default(),
            channel: BroadcastChannel::new(&format!("{CHANNEL}/{name}")).ok(),
        }
    }

    /// Asks for a lock. Answers once it is held, or with `None` if it is not to be had.
    async fn request(&self, locks: &JsValue, name: &str, options: &Object) -> Option<Hold> {
        let (sender, granted) = oneshot::channel::<Option<Hold>>();
        let verdict = Rc::new(Cell::new(Some(sender)));
        let failed = Rc::clone(&verdict);
        // The lock is held until the promise that this gives is fulfilled.
        let callback = Closure::once_into_js(move |lock: JsValue| -> Promise {
            if lock.is_null() {
                give(&verdict, None);
                return Promise::resolve(&JsValue::UNDEFINED);
            }
            let mut release = None;
            let held = Promise::new(&mut |resolve, _| release = Some(resolve));
            let hold = release.map(|release: Function| {
                Hold::new(move || {
                    // Fulfilling a promise of our own does not fail.
                    let _ = release.call0(&JsValue::UNDEFINED);
                })
            });
            // Where nobody waits any more, the hold is dropped here and the lock is free.
            give(&verdict, hold);
            held
        });
        let request = Reflect::get(locks, &"request".into()).ok()?;
        let name = JsValue::from_str(&format!("{}/{name}", self.name));
        let request: Function = request.dyn_into().ok()?;
        let settled: Promise =
            request.call3(locks, &name, options, &callback).ok()?.dyn_into().ok()?;
        spawn_local(async move {
            if JsFuture::from(settled).await.is_err() {
                give(&failed, None);
            }
        });
        granted.await.ok().flatten()
    }
}

fn give(verdict: &Cell<Option<oneshot::Sender<Option<Hold>>>>, hold: Option<Hold>) {
    if let Some(sender) = verdict.take() {
        drop(sender.send(hold));
    }
}

fn options(mode: Mode, only_if_free: bool) -> Object {
    let options = Object::new();
    let mode = match mode {
        Mode::Exclusive => "exclusive",
        Mode::Shared => "shared",
    };
    // Setting a field of a fresh object does not fail.
    let _ = Reflect::set(&options, &"mode".into(), &mode.into());
    let _ = Reflect::set(&options, &"ifAvailable".into(), &only_if_free.into());
    options
}

#[async_trait(?Send)]
impl Peers for BrowserPeers {
    async fn hold(&self, name: &str, mode: Mode) -> Option<Hold> {
        match &self.locks {
            Some(locks) => self.request(locks, name, &options(mode, false)).await,
            None => self.alone.hold(name, mode).await,
        }
    }

    async fn try_hold(&self, name: &str) -> Option<Hold> {
        match &self.locks {
            Some(locks) => self.request(locks, name, &options(Mode::Exclusive, true)).await,
            None => self.alone.try_hold(name).await,
        }
    }

    fn announce(&self, news: News) {
        let message = match news {
            News::Grown => GROWN,
            News::Replaced => REPLACED,
        };
        if let Some(channel) = &self.channel {
            // A tab that misses the news catches up before it writes.
            let _ = channel.post_message(&message.into());
        }
    }

    fn listen(&self, listener: Box<dyn Fn(News)>) -> Hold {
        let Some(channel) = self.channel.clone() else { return Hold::new(|| ()) };
        let ear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match event.data().as_string().as_deref() {
                Some(GROWN) => listener(News::Grown),
                Some(REPLACED) => listener(News::Replaced),
                _ => {}
            }
        });
        channel.set_onmessage(Some(ear.as_ref().unchecked_ref()));
        Hold::new(move || {
            channel.set_onmessage(None);
            channel.close();
            drop(ear);
        })
    }
}
