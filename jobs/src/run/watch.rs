//! Waiting for the device without blocking and not for ever, and noticing when it is gone.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_channel::oneshot;
use web_time::Duration;
use wgpu::Device;

use super::error::RunError;

#[derive(Debug, Default)]
struct State {
    lost: Option<String>,
    error: Option<String>,
    waker: Option<Waker>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// The time is up.
    TimeIsUp,
    /// There will be none.
    Failed(RunError),
}

/// Hears of a device's loss and of its errors.
///
/// It takes the place of the device's handlers, or an error would end the program.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    #[cfg(not(target_arch = "wasm32"))]
    device: Device,
    state: Arc<Mutex<State>>,
}

impl Watch {
    pub(super) fn new(device: &Device) -> Self {
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
    pub(super) fn check(&self) -> Result<(), RunError> {
        self.with(|state| match (&state.lost, &state.error) {
            (Some(reason), _) => Err(RunError::DeviceLost { reason: reason.clone() }),
            (None, Some(reason)) => Err(RunError::Device { reason: reason.clone() }),
            (None, None) => Ok(()),
        })
    }

    /// Maps a buffer for reading once all that was submitted is done, hands its bytes to `read`
    /// and unmaps it.
    pub(super) async fn read<T>(
        &self,
        buffer: &wgpu::Buffer,
        bytes: u64,
        patience: Duration,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Silence> {
        let (sender, receiver) = oneshot::channel();
        buffer.map_async(wgpu::MapMode::Read, ..bytes, move |mapped| {
            // The receiver may be gone: who has waited for too long does not wait.
            let _ = sender.send(mapped.map_err(|error| error.to_string()));
        });
        let answer = Answer { watch: self, receiver, alarm: Alarm::after(patience) }.await;
        // A lost device answers as if all was well.
        self.check().map_err(Silence::Failed)?;
        answer?;
        let failed = |reason: String| Silence::Failed(RunError::Device { reason });
        let view = buffer.get_mapped_range(..bytes);
        let view = view.map_err(|error| failed(error.to_string()))?;
        let value = read(&view);
        drop(view);
        buffer.unmap();
        Ok(value)
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

/// A callback's answer, the loss of the device, or the end of patience, whichever comes first.
struct Answer<'a> {
    watch: &'a Watch,
    receiver: oneshot::Receiver<Result<(), String>>,
    alarm: Alarm,
}

impl Future for Answer<'_> {
    type Output = Result<(), Silence>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let watch = self.watch;
        #[cfg(not(target_arch = "wasm32"))]
        watch.turn(context);
        if let Poll::Ready(answer) = Pin::new(&mut self.receiver).poll(context) {
            let failed = match answer {
                Ok(Ok(())) => return Poll::Ready(Ok(())),
                Ok(Err(reason)) => RunError::Device { reason },
                Err(oneshot::Canceled) => {
                    RunError::DeviceLost { reason: "the callback was dropped".into() }
                }
            };
            return Poll::Ready(Err(Silence::Failed(failed)));
        }
        let is_lost = watch.with(|state| {
            state.waker = Some(context.waker().clone());
            state.lost.is_some()
        });
        if is_lost {
            return Poll::Ready(Ok(()));
        }
        self.alarm.poll(context).map(|()| Err(Silence::TimeIsUp))
    }
}

/// Natively the watch is polled again and again and looks at the clock.
#[cfg(not(target_arch = "wasm32"))]
struct Alarm(web_time::Instant, Duration);

#[cfg(not(target_arch = "wasm32"))]
impl Alarm {
    fn after(patience: Duration) -> Self {
        Self(web_time::Instant::now(), patience)
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<()> {
        if self.0.elapsed() > self.1 { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// In a browser a timer wakes it.
#[cfg(target_arch = "wasm32")]
struct Alarm(gloo_timers::future::TimeoutFuture);

#[cfg(target_arch = "wasm32")]
impl Alarm {
    fn after(patience: Duration) -> Self {
        let millis = u32::try_from(patience.as_millis()).unwrap_or(u32::MAX);
        Self(gloo_timers::future::TimeoutFuture::new(millis))
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll(context)
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
            std::thread::sleep(Duration::from_micros(100));
        }
        context.waker().wake_by_ref();
    }
}
