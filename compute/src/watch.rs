//! Waiting for the device without blocking, for ever or for a while, and noticing when it is gone.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_channel::oneshot;
use web_time::Duration;
use wgpu::{Device, Queue};

use crate::error::DeviceFault;

#[derive(Debug, Default)]
struct State {
    lost: Option<String>,
    error: Option<String>,
    waker: Option<Waker>,
}

/// Tells once that something is done.
#[derive(Debug)]
pub(crate) struct Signal(oneshot::Receiver<Result<(), String>>);

/// Hears of a device's loss and of its errors.
///
/// It takes the place of the device's handlers, or an error would end the program.
#[derive(Clone, Debug)]
pub struct Watch {
    #[cfg(not(target_arch = "wasm32"))]
    device: Device,
    state: Arc<Mutex<State>>,
}

impl Watch {
    /// Takes the device's handlers.
    #[must_use]
    pub fn new(device: &Device) -> Self {
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
    ///
    /// # Errors
    /// [`DeviceFault`].
    pub fn check(&self) -> Result<(), DeviceFault> {
        self.with(|state| match (&state.lost, &state.error) {
            (Some(reason), _) => Err(DeviceFault::Lost { reason: reason.clone() }),
            (None, Some(reason)) => Err(DeviceFault::Failed { reason: reason.clone() }),
            (None, None) => Ok(()),
        })
    }

    /// Gives what tells once all that was submitted so far is done.
    pub(crate) fn submitted(&self, queue: &Queue) -> Signal {
        let (sender, receiver) = oneshot::channel();
        queue.on_submitted_work_done(move || {
            // The receiver may be gone: a cancelled proof does not wait.
            let _ = sender.send(Ok(()));
        });
        Signal(receiver)
    }

    /// Waits for a signal.
    pub(crate) async fn reached(&self, signal: Signal) -> Result<(), DeviceFault> {
        self.answer(signal, None).await.map(drop)
    }

    /// Has a buffer mapped for reading once all that was submitted so far is done; what is submitted later
    /// may not use it until it is [`Self::mapped`].
    pub(crate) fn map(&self, buffer: &wgpu::Buffer, bytes: u64) -> Signal {
        let (sender, receiver) = oneshot::channel();
        buffer.map_async(wgpu::MapMode::Read, ..bytes, move |mapped| {
            // The receiver may be gone: who has waited for too long does not wait.
            let _ = sender.send(mapped.map_err(|error| error.to_string()));
        });
        Signal(receiver)
    }

    /// Waits for a buffer's signal, hands its bytes to `read` and unmaps it.
    pub(crate) async fn mapped<T>(
        &self,
        signal: Signal,
        buffer: &wgpu::Buffer,
        bytes: u64,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, DeviceFault> {
        let value = self.view(signal, buffer, bytes, None, read).await?;
        value.ok_or_else(|| DeviceFault::Failed { reason: "there was no answer".into() })
    }

    /// Maps a buffer for reading, hands its bytes to `read` and unmaps it.
    pub(crate) async fn read<T>(
        &self,
        buffer: &wgpu::Buffer,
        bytes: u64,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, DeviceFault> {
        self.mapped(self.map(buffer, bytes), buffer, bytes, read).await
    }

    /// Maps a buffer for reading once all that was submitted is done, hands its bytes to `read` and
    /// unmaps it; `None` where that takes longer than `patience`: the device is still at work then.
    ///
    /// # Errors
    /// [`DeviceFault`].
    pub async fn read_within<T>(
        &self,
        buffer: &wgpu::Buffer,
        bytes: u64,
        patience: Duration,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, DeviceFault> {
        let signal = self.map(buffer, bytes);
        self.view(signal, buffer, bytes, Some(Alarm::after(patience)), read).await
    }

    async fn view<T>(
        &self,
        signal: Signal,
        buffer: &wgpu::Buffer,
        bytes: u64,
        alarm: Option<Alarm>,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, DeviceFault> {
        if !self.answer(signal, alarm).await? {
            return Ok(None);
        }
        let view = buffer.get_mapped_range(..bytes);
        let view = view.map_err(|error| DeviceFault::Failed { reason: error.to_string() })?;
        let value = read(&view);
        drop(view);
        buffer.unmap();
        Ok(Some(value))
    }

    /// Tells whether there was an answer before the alarm.
    async fn answer(&self, signal: Signal, alarm: Option<Alarm>) -> Result<bool, DeviceFault> {
        let answer = Answer { watch: self, receiver: signal.0, alarm }.await;
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

/// A callback's answer, the loss of the device, or the alarm, whichever comes first.
struct Answer<'a> {
    watch: &'a Watch,
    receiver: oneshot::Receiver<Result<(), String>>,
    alarm: Option<Alarm>,
}

impl Future for Answer<'_> {
    /// Whether it came before the alarm.
    type Output = Result<bool, DeviceFault>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let watch = self.watch;
        #[cfg(not(target_arch = "wasm32"))]
        watch.turn(context);
        if let Poll::Ready(answer) = Pin::new(&mut self.receiver).poll(context) {
            return Poll::Ready(match answer {
                Ok(Ok(())) => Ok(true),
                Ok(Err(reason)) => Err(DeviceFault::Failed { reason }),
                Err(oneshot::Canceled) => {
                    Err(DeviceFault::Lost { reason: "the callback was dropped".into() })
                }
            });
        }
        let is_lost = watch.with(|state| {
            state.waker = Some(context.waker().clone());
            state.lost.is_some()
        });
        if is_lost {
            return Poll::Ready(Ok(true));
        }
        match &mut self.alarm {
            Some(alarm) => alarm.poll(context).map(|()| Ok(false)),
            None => Poll::Pending,
        }
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
