//! Waiting for the device without blocking, and noticing when it is gone.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_channel::oneshot;
use wgpu::{Device, Queue};

use crate::error::ProveError;

#[derive(Debug, Default)]
struct State {
    lost: Option<String>,
    error: Option<String>,
    waker: Option<Waker>,
}

/// Hears of a device's loss and of its errors.
///
/// It takes the place of the device's handlers, or an error would end the program.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    #[cfg(not(target_arch = "wasm32"))]
    device: Device,
    state: Arc<Mutex<State>>,
}

impl Watch {
    pub(crate) fn new(device: &Device) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let lost = Arc::clone(&state);
        device.set_device_lost_callback(move |reason, message| {
            let text = format!("{reason:?}: {message}");
            note(&lost, |state| state.lost = Some(text));
        });
        let failed = Arc::clone(&state);
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            let text = error.to_string();
            note(&failed, |state| {
                state.error.get_or_insert(text);
            });
        }));
        Self {
            #[cfg(not(target_arch = "wasm32"))]
            device: device.clone(),
            state,
        }
    }

    /// Tells whether the device is still good.
    pub(crate) fn check(&self) -> Result<(), ProveError> {
        self.with(|state| match (&state.lost, &state.error) {
            (Some(reason), _) => Err(ProveError::DeviceLost { reason: reason.clone() }),
            (None, Some(reason)) => Err(ProveError::Device { reason: reason.clone() }),
            (None, None) => Ok(()),
        })
    }

    /// Waits until all that was submitted is done.
    pub(crate) async fn submitted(&self, queue: &Queue) -> Result<(), ProveError> {
        let (sender, receiver) = oneshot::channel();
        queue.on_submitted_work_done(move || {
            // The receiver may be gone: a cancelled proof does not wait.
            let _ = sender.send(Ok(()));
        });
        self.answer(receiver).await
    }

    /// Maps a buffer for reading, hands its bytes to `read` and unmaps it.
    pub(crate) async fn read<T>(
        &self,
        buffer: &wgpu::Buffer,
        bytes: u64,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, ProveError> {
        let (sender, receiver) = oneshot::channel();
        buffer.map_async(wgpu::MapMode::Read, ..bytes, move |mapped| {
            let _ = sender.send(mapped.map_err(|error| error.to_string()));
        });
        self.answer(receiver).await?;
        let view = buffer.get_mapped_range(..bytes);
        let view = view.map_err(|error| ProveError::Device { reason: error.to_string() })?;
        let value = read(&view);
        drop(view);
        buffer.unmap();
        Ok(value)
    }

    async fn answer(
        &self,
        receiver: oneshot::Receiver<Result<(), String>>,
    ) -> Result<(), ProveError> {
        let answer = Answer { watch: self, receiver }.await;
        // A lost device answers as if all was well.
        self.check()?;
        answer
    }

    fn with<T>(&self, read: impl FnOnce(&mut State) -> T) -> T {
        read(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn note(state: &Mutex<State>, change: impl FnOnce(&mut State)) {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    change(&mut state);
    if let Some(waker) = state.waker.take() {
        waker.wake();
    }
}

/// A callback's answer, or the loss of the device, whichever comes first.
struct Answer<'a> {
    watch: &'a Watch,
    receiver: oneshot::Receiver<Result<(), String>>,
}

impl Future for Answer<'_> {
    type Output = Result<(), ProveError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let watch = self.watch;
        #[cfg(not(target_arch = "wasm32"))]
        watch.turn(context);
        if let Poll::Ready(answer) = Pin::new(&mut self.receiver).poll(context) {
            return Poll::Ready(match answer {
                Ok(answer) => answer.map_err(|reason| ProveError::Device { reason }),
                Err(oneshot::Canceled) => {
                    let reason = "the callback was dropped".into();
                    Err(ProveError::DeviceLost { reason })
                }
            });
        }
        watch.with(|state| {
            if state.lost.is_some() {
                return Poll::Ready(Ok(()));
            }
            state.waker = Some(context.waker().clone());
            Poll::Pending
        })
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Watch {
    /// Runs the callbacks that are due: natively nobody else does. Sleeps a moment while the
    /// device is busy and asks to be polled again, so that any executor will do.
    fn turn(&self, context: &Context<'_>) {
        // A failed poll is a lost device, which comes to the callback too.
        let busy =
            self.device.poll(wgpu::PollType::Poll).is_ok_and(|status| !status.is_queue_empty());
        if busy {
            std::thread::sleep(std::time::Duration::from_micros(100));
        }
        context.waker().wake_by_ref();
    }
}
