//! Every error has its own sentence in both languages, with its figures in it.

use std::collections::BTreeSet;

use alloy_primitives::{Address, B256, U256};
use pinfi_client::{
    intent::{Domain, Intent, IntentError, LedgerAction, Speed, WireError},
    selection::SelectError,
    settlement::{
        Rejection, SignError, SubmitError,
        embedded::{Damage, ImportError, OpenError},
        evm::{ChainError, ChoiceError, Progress, Stage, TransactionError, TransportError},
    },
    storage::StorageError,
    wallet::{VaultError, WalletError},
};
use pinfi_core::{
    Action, Context, Error, Event, Ledger,
    ledger::Config,
    pocps::Fault,
    units::{
        Bps, CertificateId, ComputeWad, Day, EpochId, GpuSeconds, PoolId, Secs, StakeId, Timestamp,
        Wei,
    },
};
use pinfi_evm::{Gap, Refusal};
use pinfi_worker::{RequestId, WorkerError};

use super::{Trouble, action, deeds, details, effects, outcome};
use crate::{
    contexts::{locale, speak},
    i18n::Locale,
};

const PIN: u128 = 1_000_000_000_000_000_000;
const T: Timestamp = Timestamp(7_200);

fn protocol_errors() -> Vec<Error> {
    let owner = Address::repeat_byte(0x11);
    vec![
        Error::UnknownPool(PoolId(7)),
        Error::UnknownCertificate(CertificateId(7)),
        Error::UnknownStake(StakeId(7)),
        Error::TimeReversed { last: T, now: Timestamp(1) },
        Error::BadParameter { name: "bucket" },
        Error::ZeroAmount,
        Error::ZeroAddress,
        Error::InsufficientBalance { needed: Wei(5 * PIN), balance: Wei(PIN) },
        Error::NotMinter { minter: owner },
        Error::SupplyCapExceeded { cap: Wei(PIN) },
        Error::NotOwner { owner },
        Error::CertificateUsed(CertificateId(7)),
        Error::CertificateTooSmall { certified: GpuSeconds(3_600), needed: GpuSeconds(7_200) },
        Error::UnalignedExpiry { at: T, bucket: Secs(3_600) },
        Error::TermTooShort { term: Secs(60), min: Secs(120) },
        Error::TermTooLong { term: Secs(120), max: Secs(60) },
        Error::Slippage { amount: -5, limit: 3 },
        Error::StakeClosed,
        Error::WrongMode { state: "sold" },
        Error::Expired { expiry: T },
        Error::NotExpired { expiry: T },
        Error::PoolOpen,
        Error::PoolDormant,
        Error::PriceTooLow { min: Wei(PIN) },
        Error::ShareOutOfRange,
        Error::InsufficientLiquidity {
            wanted: ComputeWad(7_200 * PIN),
            available: ComputeWad(3_600 * PIN),
        },
        Error::BeyondDuration { term: Secs(120), duration: Secs(60) },
        Error::DeviceRented { until: T },
        Error::BadDevices,
        Error::NotInPool(StakeId(7)),
        Error::WindowTooShort { window: Secs(60), bucket: Secs(120) },
        Error::NotRenter,
        Error::VerificationPending { until: T },
        Error::AlreadyChallenged { epoch: 3 },
        Error::ExpiresTooSoon { expiry: T },
        Error::NoChallenge,
        Error::AlreadyCommitted,
        Error::NotCommitted,
        Error::DeadlinePassed { deadline: T },
        Error::DeadlineNotPassed { deadline: T },
        Error::MalformedResponse(Box::new(Fault::WrongCount { expected: 32, found: 1 })),
        Error::EpochOpen { epoch: EpochId(3) },
        Error::EpochTooLate { until: T },
        Error::ConstantRandomness,
        Error::NotBound { epoch: EpochId(3) },
        Error::BeaconNotYet { after: T },
        Error::BeaconKnown,
        Error::BeaconUnknown,
        Error::AlreadyAccused { sample: 31 },
        Error::NoAccusation { sample: 31 },
        Error::AccusationOpen,
        Error::AlreadyComplained,
        Error::RewardsOff,
        Error::NotGovernor { governor: owner },
        Error::NoWeightQueued,
        Error::TimelockRunning { until: T },
        Error::WeightsExceeded { weight: Bps(4_001), left: Bps(4_000) },
        Error::InsufficientLock { needed: Wei(5 * PIN), locked: Wei(PIN) },
        Error::DayNotOver { until: T },
        Error::NothingToClaim,
    ]
}

fn intent_errors() -> Vec<IntentError> {
    let (claimed, recovered) = (Address::repeat_byte(1), Address::repeat_byte(2));
    let domain = Domain { chain_id: 1, ledger: claimed };
    vec![
        IntentError::WrongDomain { signed: domain, expected: domain },
        IntentError::SignatureLength { len: 64 },
        IntentError::SignatureRecoveryId { v: 3 },
        IntentError::SignatureScalar,
        IntentError::HighS,
        IntentError::Unrecoverable,
        IntentError::SignerMismatch { claimed, recovered },
        IntentError::NonceUsed { nonce: 1, next: 2 },
        IntentError::NonceGap { nonce: 3, next: 2 },
        IntentError::DeadlineExpired { deadline: T, now: Timestamp(9_000) },
        IntentError::Unwritable,
    ]
}

fn storage_errors() -> Vec<StorageError> {
    vec![
        StorageError::Unavailable,
        StorageError::AlreadyThere { number: 1 },
        StorageError::NumberTooLarge { number: 1 },
        StorageError::Full,
        StorageError::Failed { name: "AbortError".to_owned() },
    ]
}

fn wire_errors() -> Vec<WireError> {
    let name = || "nonce".to_owned();
    vec![
        WireError::NotJson,
        WireError::UnknownAction { name: name() },
        WireError::UnknownField { name: name() },
        WireError::MissingField { name: name() },
        WireError::BadValue { name: name() },
        WireError::BadBytes,
        WireError::TrailingBytes { count: 3 },
    ]
}

fn wallet_errors() -> Vec<WalletError> {
    let address = Address::repeat_byte(1);
    vec![
        WalletError::Locked,
        WalletError::WrongPassword,
        WalletError::WrongFilePassword,
        WalletError::WeakPassword { min_chars: 8 },
        WalletError::UnknownAccount { address },
        WalletError::AccountExists { address },
        WalletError::NoPhrase { address },
        WalletError::InvalidKey,
        WalletError::Busy,
        WalletError::Damaged,
    ]
}

fn vault_errors() -> Vec<VaultError> {
    let field = || "kdfparams".to_owned();
    vec![
        VaultError::PhraseLength { words: 11 },
        VaultError::PhraseWord { position: 3 },
        VaultError::PhraseChecksum,
        VaultError::InvalidKeystore { field: field() },
        VaultError::UnsupportedKeystore { field: field() },
        VaultError::NoRandomness,
        VaultError::Interrupted,
    ]
}

fn worker_errors() -> Vec<WorkerError> {
    let reason = || "256 MiB".to_owned();
    vec![
        WorkerError::Cancelled,
        WorkerError::NoGpu { reason: reason() },
        WorkerError::Refused { reason: reason() },
        WorkerError::DeviceLost { reason: reason() },
        WorkerError::DeviceFault { reason: reason() },
        WorkerError::UnknownJob { job: RequestId(1) },
        WorkerError::Crashed,
        WorkerError::Unavailable,
        WorkerError::Protocol,
    ]
}

fn damages() -> Vec<Damage> {
    vec![
        Damage::Genesis,
        Damage::Altered { seq: 3 },
        Damage::Missing { seq: 3 },
        Damage::Truncated { found: 3, expected: 5 },
        Damage::Head,
        Damage::Refused { seq: 3, code: "NotOwner" },
        Damage::Snapshot { seq: 64 },
    ]
}

fn chain_errors() -> Vec<ChainError> {
    let (method, address) = ("eth_call", Address::repeat_byte(3));
    vec![
        ChainError::Transport(TransportError::Unreachable),
        ChainError::Transport(TransportError::TimedOut),
        ChainError::TooManyRequests,
        ChainError::Status { status: 502 },
        ChainError::Garbage { method },
        ChainError::Node { method, code: -3, message: "busy".to_owned(), data: None },
        ChainError::WrongChain { expected: 5, found: 1 },
        ChainError::NoContract { address },
        ChainError::OtherCode { address },
        ChainError::Gap(Gap::from(Error::ZeroAmount)),
        ChainError::Diverged { what: "supply".to_owned() },
        ChainError::Reorganised,
    ]
}

fn refusals() -> Vec<Refusal> {
    vec![
        Refusal::Contract { name: "Soulbound" },
        Refusal::Words("no".to_owned()),
        Refusal::Panic { code: 0x11 },
        Refusal::Unknown(Default::default()),
    ]
}

fn ends() -> Vec<TransactionError> {
    let hash = B256::repeat_byte(7);
    let refusal = Refusal::Protocol(Error::DeviceRented { until: T });
    vec![
        TransactionError::Replaced { hash },
        TransactionError::Cancelled { hash },
        TransactionError::Dropped { hash },
        TransactionError::TimedOut { hash },
        TransactionError::Reverted { hash, refusal },
    ]
}

fn sign_errors() -> Vec<SignError> {
    vec![
        SignError::Declined,
        SignError::Unsupported { what: "sign a bare hash" },
        SignError::OtherChain,
        SignError::Disconnected,
        SignError::Wallet { code: -32_000, message: "no".to_owned() },
    ]
}

fn choice_errors() -> Vec<ChoiceError> {
    vec![
        ChoiceError::Url,
        ChoiceError::Insecure { host: "node.example".to_owned() },
        ChoiceError::Book { why: "EOF at line 1".to_owned() },
    ]
}

fn all() -> Vec<Trouble> {
    let faucet = Rejection::FaucetDry { amount: Wei(2 * PIN), left: Wei(PIN) };
    let line = ImportError::Line { line: 3, error: WireError::NotJson };
    let opening = OpenError::Opening(Rejection::SandboxOnly);
    let mut all: Vec<Trouble> = Vec::new();
    all.extend(protocol_errors().iter().map(Trouble::from));
    all.extend(intent_errors().iter().map(Trouble::from));
    all.extend(storage_errors().iter().map(Trouble::from));
    all.extend(wire_errors().iter().map(Trouble::from));
    all.extend(wallet_errors().iter().map(Trouble::from));
    all.extend(vault_errors().iter().map(Trouble::from));
    all.extend(worker_errors().iter().map(Trouble::from));
    all.extend(damages().iter().map(Trouble::from));
    all.extend(chain_errors().iter().map(Trouble::from));
    all.extend(refusals().iter().map(Trouble::from));
    all.extend(ends().iter().map(Trouble::from));
    all.extend(sign_errors().iter().map(Trouble::from));
    all.extend(choice_errors().iter().map(Trouble::from));
    let (needed, balance) = (U256::from(PIN), U256::from(3));
    all.extend([
        Trouble::from(&SubmitError::Gas { needed, balance }),
        Trouble::from(&SubmitError::FeeRisen { agreed: balance, needed }),
        Trouble::from(&SubmitError::NotWaiting { hash: B256::repeat_byte(7) }),
        Trouble::from(&SubmitError::Unsupported { action: "Challenge" }),
        Trouble::from(&faucet),
        Trouble::from(&SubmitError::LogChanged { seq: 3 }),
        Trouble::from(&OpenError::Unavailable { what: "a lock" }),
        Trouble::from(&SelectError::TooFewDevices { wanted: 3, free: 1 }),
        Trouble::from(&line),
        Trouble::from(&ImportError::Link { line: 3 }),
        Trouble::from(&ImportError::Refused { line: 4, error: opening }),
    ]);
    all
}

#[test]
fn every_error_has_a_sentence_of_its_own_in_both_languages() {
    for language in [Locale::en, Locale::zh] {
        speak(language);
        assert_eq!(locale(), language, "the language that is spoken");
        let all = all();
        let texts: BTreeSet<&str> = all.iter().map(|trouble| trouble.text.as_str()).collect();
        assert_eq!(texts.len(), all.len(), "no two errors read the same");
        for Trouble { code, text } in &all {
            let unforeseen = tr_unforeseen(code);
            assert_ne!(*text, unforeseen, "{code} has words");
            assert!(!text.contains("{{"), "{code} has all its figures: {text}");
            let chinese = text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
            assert_eq!(chinese, language == Locale::zh, "{code}: {text}");
        }
    }
}

fn tr_unforeseen(code: &'static str) -> String {
    crate::contexts::tr!(errors.unforeseen, code = code)
}

#[test]
fn two_amounts_that_differ_look_different() {
    speak(Locale::en);
    let error = Error::InsufficientBalance { needed: Wei(5 * PIN + 1), balance: Wei(5 * PIN) };
    let text = Trouble::from(&error).text;
    assert!(text.contains("5.000000000000000001 PIN"), "{text}");
}

#[test]
fn transaction_that_ends_badly_is_told_as_its_submission_tells_it() {
    speak(Locale::en);
    let hash = B256::repeat_byte(7);
    let of_end =
        |stage| Trouble::of_end(&Progress { hash, actions: Vec::new(), is_ours: true, stage });
    let refusal = Refusal::Protocol(Error::DeviceRented { until: T });
    let reverted = TransactionError::Reverted { hash, refusal: refusal.clone() };
    let told = of_end(Stage::Reverted { refusal });
    assert_eq!(told, Some(Trouble::from(&reverted)), "one message, not two");
    assert!(told.is_some_and(|told| told.text.contains("@7200")), "with the contract's numbers");
    for stage in [Stage::Pending, Stage::TimedOut, Stage::Confirmed { block: 1 }] {
        assert_eq!(of_end(stage.clone()), None, "{stage:?} is no bad end");
    }
}

#[test]
fn deeds_of_a_transaction_have_words_in_both_languages() {
    let actions = ["Burn", "Stake", "OpenLiquidity"].map(str::to_owned);
    speak(Locale::en);
    assert_eq!(deeds(&actions), "Burn + Stake + Open a pool");
    speak(Locale::zh);
    assert_eq!(deeds(&actions), "销毁 + 质押 + 开启资金池");
}

fn ledger() -> Ledger {
    let me = Address::repeat_byte(0x11);
    Ledger::new(Config { chain_id: 1, address: me, minter: me, supply_cap: Wei(1_000 * PIN) })
}

#[test]
fn action_names_amounts_and_people() {
    speak(Locale::en);
    let me = Address::repeat_byte(0x11);
    let send = Action::Transfer { to: Address::repeat_byte(0x22), amount: Wei(PIN * 3 / 2) };
    let words = action(&send.into(), &ledger(), me);
    assert_eq!(words.title, "Send 1.5 PIN to 0x2222…2222");
    assert!(words.text.contains("0x2222222222222222222222222222222222222222"), "the whole address");
    let faucet = LedgerAction::Faucet { to: me, amount: Wei(PIN) };
    assert_eq!(action(&faucet, &ledger(), me).title, "Take 1 PIN from the faucet");
    speak(Locale::zh);
    assert_eq!(action(&faucet, &ledger(), me).title, "从水龙头领取 1 PIN");
}

#[test]
fn reward_actions_and_their_effects_have_words_in_both_languages() {
    let me = Address::repeat_byte(0x11);
    let actions = [
        Action::QueueWeight { pool: PoolId(9), weight: Bps(4_001) },
        Action::ExecuteWeight { pool: PoolId(9) },
        Action::Lock { amount: Wei(PIN) },
        Action::Unlock { amount: Wei(PIN) },
        Action::ClaimRebate { pool: PoolId(9), day: Day(3) },
        Action::ClaimAllocation,
    ];
    let rewarded = Event::Rewarded {
        stake: StakeId(1),
        provider: me,
        earned: Wei(3 * PIN),
        amount: Wei(2 * PIN),
    };
    for (language, reward) in [(Locale::en, "Block reward"), (Locale::zh, "区块奖励")] {
        speak(language);
        let words = actions.clone().map(|each| action(&each.into(), &ledger(), me));
        let titles: BTreeSet<_> = words.iter().map(|words| words.title.as_str()).collect();
        assert_eq!(titles.len(), actions.len(), "each has a headline of its own");
        assert!(words[0].title.contains("40.01"), "{}", words[0].title);
        assert!(words.iter().all(|words| !words.text.is_empty()));
        let lines = effects(std::slice::from_ref(&rewarded), me);
        assert_eq!(lines, [(reward.to_owned(), "2 PIN".to_owned())]);
        assert_eq!(effects(std::slice::from_ref(&rewarded), Address::ZERO), [], "another's");
    }
}

#[test]
fn action_of_a_missing_pool_still_has_words() {
    speak(Locale::en);
    let burn = Action::Burn { pool: PoolId(9), gs: GpuSeconds(5_400) };
    let words = action(&burn.into(), &ledger(), Address::ZERO);
    assert_eq!(words.title, "Burn PIN for 1.5 hours of pool 9");
}

#[test]
fn effects_and_outcome_tell_what_the_events_did() {
    speak(Locale::en);
    let me = Address::repeat_byte(0x11);
    let mut ledger = ledger();
    let context = Context { sender: me, now: T, randomness: B256::ZERO };
    let mint = Action::Mint { to: me, amount: Wei(PIN) };
    let events = ledger.apply(&mint, &context).unwrap_or_default();
    assert_eq!(effects(&events, me), [("You receive".to_owned(), "1 PIN".to_owned())]);
    assert_eq!(outcome("Create", &events, 500_000_000_000_000_000), "Done: Create (+0.5 PIN).");
    assert_eq!(outcome("Create", &events, 0), "Done: Create.");
    let passed = [Event::Passed { stake: StakeId(3), passed: 2 }];
    assert!(outcome("Answer", &passed, 0).starts_with("Stake 3 passed"), "a verdict comes first");
}

#[test]
fn details_show_what_is_hashed() {
    speak(Locale::en);
    let domain = Domain { chain_id: 5, ledger: Address::repeat_byte(9) };
    let speed = LedgerAction::SetSpeed { speed: Speed::MinuteASecond };
    let rows = details(&Intent::new(domain, speed, 4, T));
    let value =
        |name: &str| rows.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(value("Type"), Some("SetSpeed"));
    assert_eq!(value("Chain"), Some("5"));
    assert_eq!(value("nonce"), Some("4"));
    assert_eq!(value("deadline"), Some("7200 (@7200)"));
    assert_eq!(value("speed"), Some("60×"));
}
