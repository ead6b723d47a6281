//! That a pool leaves its providers the time that blocks take.
//!
//! A chain's blocks come every twelve seconds. What somebody sees in one of them is answered in the next
//! at the earliest, and a beacon, the hash of the second block after what it is for, is recorded in the
//! third. The embedded ledger knows no blocks: here the honest provider plays as if there were.

use alloy_primitives::B256;
use pinfi_core::game::GameAction;
use pinfi_core::pool::PoolParams;
use pinfi_core::stake::StakeState;
use pinfi_core::units::{Bps, Secs, Wei};
use pinfi_core::{Action, Error, Ledger};
use proptest::prelude::*;

use crate::laws::{Pace, answer, moves};
use crate::market::{Market, POOL, account, config};
use crate::table::{
    ACCUSER, FIRST, accuse, challenge, code, commit, convict, honest, open, opening, params, play,
    prove, record,
};

const BLOCK: u64 = 12;
/// The blocks from a move to the one in which its beacon can be recorded.
const BEACON: u64 = 3 * BLOCK;

/// The shortest deadlines that a pool may have.
fn shortest() -> PoolParams {
    let mut params = params();
    let pocps = &mut params.pocps;
    (pocps.window, pocps.dispute, pocps.epoch) = (Secs(60), Secs(120), Secs(240));
    params
}

/// Two LPs in a pool that was not looked at, and an epoch of it that opens.
fn laid(params: PoolParams) -> Market {
    let mut market = Market::funded(Ledger::new(config()), 4);
    market.ledger.insert_pool(params, market.now);
    for n in 0..2 {
        let expiry = market.boundary(20);
        market.provide(account(n), expiry).unwrap();
    }
    market.now = market.boundary(1);
    market
}

fn create(market: &mut Market, change: impl FnOnce(&mut PoolParams)) -> Result<(), Error> {
    let mut params = shortest();
    change(&mut params);
    market.act(account(1), Action::CreatePool { params: Box::new(params) }).map(drop)
}

/// Defence: no pool is created whose dispute has no time for two beacons and what they are for. In one
/// that had, an honest provider that misses no block would fail by the last accusation.
#[test]
fn attack_a_pool_without_time_for_its_beacons() {
    let mut market = laid(shortest());
    for dispute in [0, 1, 60, 72, 119] {
        let created = create(&mut market, |params| params.pocps.dispute = Secs(dispute));
        assert_eq!(created, Err(Error::BadParameter { name: "dispute" }), "{dispute}");
    }
    // Half a dispute of 48 seconds is less than the three blocks of a beacon.
    for (dispute, fails) in [(48, true), (120, false)] {
        let mut params = shortest();
        params.pocps.dispute = Secs(dispute);
        let mut market = laid(params);
        let epoch = open(&mut market);
        let mut proof = honest(challenge(&market, FIRST));
        market.wait(4 * BLOCK);
        commit(&mut market, FIRST, epoch, proof.root()).unwrap();
        market.wait(dispute / 2 / BLOCK * BLOCK);
        accuse(&mut market, ACCUSER, FIRST, epoch, 0).unwrap();
        market.wait(BEACON);
        let recorded = record(&mut market, FIRST, epoch, 0);
        if let Ok((beacon, _)) = recorded {
            let opening = opening(&mut proof, beacon, 0);
            prove(&mut market, FIRST, epoch, 0, opening).unwrap();
        }
        market.wait(dispute);
        let convicted = convict(&mut market, FIRST, epoch, 0);
        assert_eq!(convicted.is_ok(), fails, "{dispute}: {convicted:?}");
        let slashed = market.ledger.stake_of(FIRST).unwrap().state == StakeState::Slashed;
        assert_eq!(slashed, fails);
    }
}

/// Defence: no pool is created whose window has no time for a block to see the epoch in, the work, and a
/// block for the commitment.
#[test]
fn attack_a_pool_without_time_to_commit() {
    let mut market = laid(shortest());
    for window in [0, 1, 12, 24, 59] {
        let created = create(&mut market, |params| params.pocps.window = Secs(window));
        assert_eq!(created, Err(Error::BadParameter { name: "window" }), "{window}");
    }
    // Half of the window is the reference device's work (5.1).
    for (window, fails) in [(24, true), (60, false)] {
        let mut params = shortest();
        params.pocps.window = Secs(window);
        let mut market = laid(params);
        let epoch = open(&mut market);
        let root = honest(challenge(&market, FIRST)).root();
        market.wait(BLOCK + (window / 2).next_multiple_of(BLOCK) + BLOCK);
        let refused = commit(&mut market, FIRST, epoch, root).is_err();
        assert_eq!(refused, fails, "{window}");
    }
}

/// Defence: an epoch has five blocks beside its window and its dispute. In one that had a second, no block
/// might fall into it: nobody could open it, and no provider would ever get verified.
#[test]
fn attack_a_pool_whose_epochs_nobody_can_open() {
    let mut market = laid(shortest());
    let created = create(&mut market, |params| params.pocps.epoch = Secs(239));
    assert_eq!(created, Err(Error::BadParameter { name: "epoch" }));
    for (epoch, opens) in [(180, false), (240, true)] {
        let mut params = shortest();
        params.pocps.epoch = Secs(epoch);
        let mut market = laid(params);
        // Blocks that lie between the multiples of an epoch.
        market.wait(5);
        let found = (0..epoch / BLOCK).any(|_| {
            market.wait(BLOCK);
            play(&mut market, account(2), GameAction::OpenEpoch { pool: POOL }).is_ok()
        });
        assert_eq!(found, opens, "{epoch}");
    }
}

/// Defence: bonds have an upper bound. With one that nobody can stake nobody is accused, and any root
/// would pass.
#[test]
fn attack_a_bond_that_nobody_can_stake() {
    let mut market = laid(shortest());
    let bond = Wei(1_000_001 * 10_u128.pow(18));
    let created = create(&mut market, |params| params.pocps.bond = bond);
    assert_eq!(created, Err(Error::BadParameter { name: "bond" }));
    let mut params = shortest();
    params.pocps.bond = bond;
    let mut market = laid(params);
    let epoch = open(&mut market);
    commit(&mut market, FIRST, epoch, B256::ZERO).unwrap();
    let accused = accuse(&mut market, ACCUSER, FIRST, epoch, 0);
    assert_eq!(code(accused), "InsufficientBalance", "it has a million PIN");
}

/// Defence: where accusers have a share, they stake something. For nothing, everybody would accuse every
/// commitment of all samples and have the provider pay for their proofs.
#[test]
fn attack_accusing_everybody_for_nothing() {
    let mut market = laid(shortest());
    let created = create(&mut market, |params| params.pocps.bond = Wei(0));
    assert_eq!(created, Err(Error::BadParameter { name: "bond" }));
    let unpaid = create(&mut market, |params| {
        (params.pocps.bond, params.pocps.accuser_bps) = (Wei(0), Bps(0));
    });
    assert_eq!(unpaid, Ok(()), "a pool of one verifier needs none");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// In the shortest epochs that there are, an honest provider that sees a block late and waits for its
    /// beacons is never slashed, whatever others do.
    #[test]
    fn law_an_honest_provider_in_blocks_is_never_slashed(moves in moves()) {
        let mut market = laid(shortest());
        // A block to see the challenge in, three for the work of half a window.
        let pace = Pace { work: 4 * BLOCK, beacon: BEACON };
        for step in moves {
            for _ in 0..=step.wait.min(600) / BLOCK {
                market.wait(BLOCK);
                answer(&mut market, &shortest(), pace);
            }
            if step.is_of_others() {
                let _ = step.at_once().run(&mut market);
            }
        }
        let stake = market.ledger.stake_of(FIRST).unwrap();
        prop_assert!(stake.is_active());
    }
}
