//! Proofs that are cut off and go on.

use pinfi_compute::{
    Gpu, Observer, Options, Progress, ProveError, Start, prove_observed, prove_recovering,
};
use pinfi_core::pocps::{ChainProver, Challenge, Checkpoint};
use web_time::Duration;

use super::{Q, beacon, challenge, equals_core, reference, silent};

/// Has a checkpoint at every boundary.
fn often() -> Options {
    Options { checkpoint_after: Duration::ZERO, ..Options::default() }
}

/// Notes what it hears, and keeps all checkpoints.
#[derive(Default)]
struct Notes {
    kept: Vec<Checkpoint>,
    resumed: Vec<u32>,
    lost: u32,
    /// Destroyed once so many checkpoints were kept.
    dies: Option<(wgpu::Device, usize)>,
}

impl Notes {
    fn die(&mut self) {
        if let Some((device, _)) = self.dies.take_if(|(_, after)| self.kept.len() >= *after) {
            device.destroy();
        }
    }
}

impl Observer for Notes {
    fn progress(&mut self, progress: Progress) {
        assert!(progress.done <= progress.total);
        self.die();
    }

    fn resumes(&mut self, state: u32) {
        self.resumed.push(state);
    }

    async fn keep(&mut self, checkpoint: &Checkpoint) {
        self.kept.push(checkpoint.clone());
    }

    async fn recall(&mut self) -> Option<Checkpoint> {
        self.kept.last().cloned()
    }

    fn lost(&mut self, reason: &str) {
        assert!(!reason.is_empty());
        self.lost += 1;
    }
}

/// What the reference could go on from.
fn reference_at(challenge: Challenge, state: u32) -> Checkpoint {
    let mut prover = ChainProver::new(challenge, pinfi_core::pocps::Retain::NONE);
    assert!(prover.step(challenge.work.n() * (1 + state)).is_none());
    prover.checkpoint().unwrap()
}

pub(crate) async fn made_up_checkpoint_fails_when_it_is_opened(gpu: Gpu) {
    let challenge = challenge(64, 4);
    let (mut x, leaves) = reference_at(challenge, 2).into_parts();
    x[0] ^= 1;
    let made_up = Checkpoint::new(challenge, 2, x, leaves).unwrap();
    let (device, queue) = (gpu.device(), gpu.queue());
    let start = Start::From(made_up);
    let mut committed =
        prove_observed(device, queue, start, &Options::default(), &mut silent).await.unwrap();
    assert_ne!(committed.root(), reference(challenge, beacon(1)).0);
    let error = committed.open(beacon(1), Q, silent).await.unwrap_err();
    assert!(matches!(error, ProveError::WrongResult(_)), "{error:?}");
}

pub(crate) async fn checkpoints_are_what_core_has_there(gpu: Gpu) {
    for keep_bytes in [0, u64::MAX] {
        let challenge = challenge(64, 8);
        let mut notes = Notes::default();
        let options = Options { keep_bytes, ..often() };
        let start = Start::Anew(challenge);
        let committed =
            prove_observed(gpu.device(), gpu.queue(), start, &options, &mut notes).await.unwrap();
        assert_eq!(committed.root(), reference(challenge, beacon(1)).0);
        assert_eq!(committed.keeps_states(), keep_bytes > 0);
        assert_eq!(notes.resumed, [0; 0]);
        let states: Vec<u32> = notes.kept.iter().map(Checkpoint::state).collect();
        assert_eq!(states, [1, 2, 3, 4, 5, 6, 7]);
        for kept in notes.kept {
            assert_eq!(kept, reference_at(challenge, kept.state()));
        }
    }
}

pub(crate) async fn proof_cut_at_each_boundary_equals_core(gpu: Gpu) {
    let challenge = challenge(128, 8);
    let (root, response) = reference(challenge, beacon(1));
    for state in 1..8 {
        let mut notes = Notes::default();
        let start = Start::From(reference_at(challenge, state));
        let (device, queue) = (gpu.device(), gpu.queue());
        let mut committed =
            prove_observed(device, queue, start, &often(), &mut notes).await.unwrap();
        assert_eq!(committed.root(), root, "cut after {state} rounds");
        assert_eq!(notes.resumed, [state]);
        let states: Vec<u32> = notes.kept.iter().map(Checkpoint::state).collect();
        assert_eq!(states, (state + 1..8).collect::<Vec<_>>(), "nothing is computed twice");
        assert!(!committed.keeps_states());
        let opened = committed.open(beacon(1), Q, silent).await;
        assert_eq!(opened.as_ref(), Ok(&response), "cut after {state} rounds");
    }
}

pub(crate) async fn lost_device_without_a_checkpoint_begins_anew(mut gpu: Gpu) {
    let challenge = challenge(64, 4);
    let dies = Some((gpu.device().clone(), 0));
    let mut notes = Notes { dies, ..Notes::default() };
    let start = Start::Anew(challenge);
    let options = Options::default();
    let mut committed = prove_recovering(&mut gpu, start, &options, &mut notes).await.unwrap();
    assert_eq!((notes.lost, notes.resumed.len()), (1, 0));
    let (root, response) = reference(challenge, beacon(1));
    assert_eq!(committed.root(), root);
    assert_eq!(committed.open(beacon(1), Q, silent).await, Ok(response));
    equals_core(&gpu, 64, 2, &options).await;
}

pub(crate) async fn lost_device_goes_on_from_the_last_checkpoint(mut gpu: Gpu) {
    let challenge = challenge(64, 8);
    let dies = Some((gpu.device().clone(), 3));
    let mut notes = Notes { dies, ..Notes::default() };
    let start = Start::Anew(challenge);
    let mut committed = prove_recovering(&mut gpu, start, &often(), &mut notes).await.unwrap();
    assert_eq!((notes.lost, notes.resumed.as_slice()), (1, [3].as_slice()));
    let states: Vec<u32> = notes.kept.iter().map(Checkpoint::state).collect();
    assert_eq!(states, [1, 2, 3, 4, 5, 6, 7], "nothing is computed twice");
    let (root, response) = reference(challenge, beacon(1));
    assert_eq!(committed.root(), root);
    assert_eq!(committed.open(beacon(1), Q, silent).await, Ok(response));
}
