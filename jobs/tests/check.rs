//! A client finds what is wrong, and shows it to others.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use alloy_primitives::{Address, B256};
use common::wallet::{Wallet, domain};
use common::{buffer, gpu, job, library, module};
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use pinfi_jobs::chain::{Output, output_hash};
use pinfi_jobs::check::{
    CheckError, Evidence, EvidenceError, Tolerance, check_units, compare_outputs, draw_units,
};
use pinfi_jobs::file::EvidenceFile;
use pinfi_jobs::library::{MatrixProduct, Scalar, Task, from_f32, from_u32};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::receipt::{Receipt, ReceiptError};
use pinfi_jobs::run::Outcome;
use pinfi_jobs::sign::Sign;
use pinfi_jobs::spec::{Element, Job, Module, Role, Work};

fn task() -> Task {
    Task::MatrixProduct(MatrixProduct {
        scalar: Scalar::U32,
        rows: 40,
        inner: 8,
        columns: 6,
        a: from_u32(&(0..320).collect::<Vec<_>>()),
        b: from_u32(&(0..48).collect::<Vec<_>>()),
    })
}

fn outcome() -> Outcome {
    gpu().run(&library(task()), &Limits::DEFAULT).unwrap()
}

/// What a provider signs about outputs of a job.
fn evidence(job: &Job, outputs: Vec<Output>, unit: u32) -> Evidence {
    let wallet = Wallet::new(9);
    let receipt = Receipt {
        job: job.id,
        input_hash: job.hash(),
        provider: wallet.address(),
        client: Wallet::new(8).address(),
        stake: StakeId(1),
        rental: RentalId(2),
        device: String::new(),
        started: Timestamp(10),
        ended: Timestamp(12),
        busy_millis: 1_999,
        steps: 1,
        output_hash: output_hash(&outputs),
        chain: B256::ZERO,
    };
    let receipt = pollster::block_on(receipt.sign(&domain(), &wallet)).unwrap();
    Evidence { receipt, job: job.to_bytes(), outputs, unit }
}

#[test]
fn draw_units_gives_each_at_most_once_and_all_alike() {
    assert_eq!(draw_units(B256::ZERO, 5, 9), [0, 1, 2, 3, 4]);
    assert!(draw_units(B256::ZERO, 5, 0).is_empty());
    let mut hits = [0_u32; 20];
    for seed in 0..=255 {
        let drawn = draw_units(B256::repeat_byte(seed), 20, 5);
        assert!(drawn.len() == 5 && drawn.is_sorted_by(|a, b| a < b), "{drawn:?}");
        drawn.into_iter().for_each(|unit| hits[unit as usize] += 1);
    }
    // 64 are expected, with a deviation of 7.
    assert!(hits.iter().all(|hits| (36..93).contains(hits)), "{hits:?}");
    assert_ne!(draw_units(B256::ZERO, 1000, 5), draw_units(B256::repeat_byte(1), 1000, 5));
}

#[test]
fn check_units_finds_one_wrong_word_where_it_looks() {
    let mut outputs = outcome().outputs;
    let all: Vec<_> = (0..40).collect();
    assert_eq!(check_units(&task(), &outputs, &all), Ok(()));
    // The third word of row 17.
    outputs[0].bytes[17 * 24 + 8] ^= 1;
    let error = check_units(&task(), &outputs, &all).unwrap_err();
    let CheckError::Differs { unit: 17, difference } = error else { panic!("{error}") };
    assert_eq!(difference.word, 2);
    let others: Vec<_> = all.into_iter().filter(|unit| *unit != 17).collect();
    assert_eq!(check_units(&task(), &outputs, &others), Ok(()));
}

#[test]
fn check_units_rejects_outputs_of_another_form() {
    let outputs = outcome().outputs;
    let mut short = outputs.clone();
    short[0].bytes.pop();
    let mut bound = outputs.clone();
    bound[0].binding = 3;
    for wrong in [vec![], short, bound, [outputs.clone(), outputs].concat()] {
        assert_eq!(check_units(&task(), &wrong, &[0]), Err(CheckError::Outputs));
    }
}

#[test]
fn judge_rejects_evidence_that_shows_nothing() {
    let (job, outputs) = (library(task()), outcome().outputs);
    let good = evidence(&job, outputs.clone(), 3);
    assert_eq!(good.judge(&domain()), Err(EvidenceError::Right { unit: 3 }));
    let mut wrong = outputs.clone();
    wrong[0].bytes[0] ^= 1;
    // Nobody signed these outputs, this job, or this receipt.
    let forged = Evidence { outputs: wrong.clone(), unit: 0, ..good.clone() };
    assert_eq!(forged.judge(&domain()), Err(EvidenceError::OtherOutputs));
    let other = Evidence {
        job: Job { grain: pinfi_jobs::spec::Grain(1), ..job.clone() }.to_bytes(),
        ..good.clone()
    };
    assert_eq!(other.judge(&domain()), Err(EvidenceError::OtherJob));
    let mut changed = good.clone();
    changed.receipt.receipt.output_hash = output_hash(&wrong);
    let error = changed.judge(&domain()).unwrap_err();
    assert!(matches!(error, EvidenceError::Receipt(ReceiptError::Signature(_))), "{error}");
    let far = Evidence { unit: 40, ..good };
    assert!(matches!(far.judge(&domain()), Err(EvidenceError::Refused(_))));
    let own = common::job(Work::Module(module("", 1, 1)));
    let error = evidence(&own, outputs, 0).judge(&domain()).unwrap_err();
    assert_eq!(error, EvidenceError::Module);
}

#[test]
fn judge_shows_a_wrong_result_that_was_signed() {
    let (job, mut outputs) = (library(task()), outcome().outputs);
    outputs[0].bytes[17 * 24 + 8] ^= 1;
    let shown = evidence(&job, outputs.clone(), 17).judge(&domain()).unwrap();
    assert!(matches!(shown, CheckError::Differs { unit: 17, .. }), "{shown}");
    let right = evidence(&job, outputs.clone(), 16).judge(&domain());
    assert_eq!(right, Err(EvidenceError::Right { unit: 16 }));
    outputs[0].bytes.pop();
    assert_eq!(evidence(&job, outputs, 0).judge(&domain()), Ok(CheckError::Outputs));
}

#[test]
fn compare_outputs_holds_integers_to_the_bit_and_floats_to_the_tolerance() {
    let module = Module {
        buffers: vec![
            buffer(2, Element::F32, 2, Role::Output),
            buffer(1, Element::I32, 2, Role::Output),
            buffer(0, Element::U32, 2, Role::Scratch),
        ],
        ..module("", 1, 1)
    };
    let outputs = |integers: [u32; 2], floats: [f32; 2]| {
        vec![
            Output { binding: 1, bytes: from_u32(&integers) },
            Output { binding: 2, bytes: from_f32(&floats) },
        ]
    };
    let tolerance = Tolerance { relative: 0.01, absolute: 0.0 };
    let expected = outputs([1, 2], [100.0, f32::NAN]);
    let compare = |got: &[Output]| compare_outputs(&module, &expected, got, tolerance);
    let at = |result: Result<(), CheckError>| match result.unwrap_err() {
        CheckError::Differs { unit, difference } => (unit, difference.word),
        other => panic!("{other}"),
    };
    assert_eq!(at(compare(&outputs([1, 3], [100.0, f32::NAN]))), (1, 1));
    assert_eq!(at(compare(&outputs([1, 2], [102.0, f32::NAN]))), (2, 0));
    assert_eq!(at(compare(&outputs([1, 2], [f32::INFINITY, f32::NAN]))), (2, 0));
    assert_eq!(at(compare(&outputs([1, 2], [100.0, 1.0]))), (2, 1));
    assert_eq!(compare(&expected[..1]), Err(CheckError::Outputs));
    assert_eq!(compare(&outputs([1, 2], [100.5, f32::NAN])), Ok(()));
    // A job that this compares is one of a module.
    assert!(matches!(job(Work::Module(module.clone())).work, Work::Module(_)));
}

/// A file about a wrong unit, as its client writes it.
fn file() -> EvidenceFile {
    let (job, mut outputs) = (library(task()), outcome().outputs);
    outputs[0].bytes[17 * 24 + 8] ^= 1;
    let ledger = Address::repeat_byte(0x11);
    EvidenceFile { chain_id: 31_337, ledger, evidence: evidence(&job, outputs, 17) }
}

#[test]
fn from_json_rejects_what_is_no_evidence() {
    let json = file().to_json().unwrap();
    let other = json.replacen("pinfi-evidence-1", "pinfi-evidence-9", 1);
    let more = json.replacen('{', r#"{"more":1,"#, 1);
    let odd = json.replacen(r#""job":"0x"#, r#""job":"0xg"#, 1);
    let cut = &json[..json.len() - 1];
    for text in ["", "{}", "[]", cut, &other, &more, &odd] {
        let shown = &text[..text.len().min(80)];
        assert!(EvidenceFile::from_json(text).is_err(), "{shown}");
    }
    assert!(!EvidenceFile::is_meant_by(&other) && !EvidenceFile::is_meant_by("é"));
}

#[test]
fn from_json_gives_what_was_written_and_it_is_judged_alike() {
    let json = file().to_json().unwrap();
    assert!(EvidenceFile::is_meant_by(&json), "{}", &json[..80]);
    let read = EvidenceFile::from_json(&json).unwrap();
    assert_eq!(read, file());
    let shown = read.evidence.judge(&domain()).unwrap();
    assert!(matches!(shown, CheckError::Differs { unit: 17, .. }), "{shown}");
    // The one word in question, and no signature under it.
    let EvidenceFile { mut evidence, .. } = read;
    evidence.outputs[0].bytes[17 * 24 + 8] ^= 1;
    assert_eq!(evidence.judge(&domain()), Err(EvidenceError::OtherOutputs));
}
