//! Waiting for a while.

use std::time::Duration;

use futures_channel::oneshot;
use leptos::prelude::set_timeout;

/// Waits for so long; hidden tabs wait for longer.
pub(crate) async fn rest(span: Duration) {
    let (sender, receiver) = oneshot::channel();
    set_timeout(
        move || {
            let _the_waiter_may_be_gone = sender.send(());
        },
        span,
    );
    let _woken = receiver.await;
}
