//! What the contracts' views must answer if a ledger is what they keep.

use alloy_primitives::{Bytes, U256};
use alloy_sol_types::SolCall;
use pinfi_core::Ledger;
use pinfi_core::pool::Pool;
use pinfi_core::stake::{Stake, StakeState};
use pinfi_core::units::{PoolId, StakeId};

use crate::abi::{Game, PinFi};

/// A view of a contract, and how to tell whether its answer is a ledger's.
pub struct View {
    /// What it shows, in words.
    pub what: String,
    /// What the contract is called with.
    pub call: Bytes,
    fits: Fits,
}

type Fits = Box<dyn Fn(&[u8]) -> bool>;

impl View {
    fn new<C: SolCall>(what: String, call: &C, fits: impl Fn(C::Return) -> bool + 'static) -> Self {
        let fits = move |answer: &[u8]| C::abi_decode_returns(answer).is_ok_and(&fits);
        Self { what, call: call.abi_encode().into(), fits: Box::new(fits) }
    }

    /// Tells whether an answer is what the ledger has.
    #[must_use]
    pub fn fits(&self, answer: &[u8]) -> bool {
        (self.fits)(answer)
    }
}

/// Gives the views of a ledger's counts, of all its pools, and of some stakes.
pub fn views(ledger: &Ledger, stakes: impl IntoIterator<Item = StakeId>) -> Vec<View> {
    let mut views = vec![totals(ledger)];
    views.extend(ledger.pools().map(|(id, pool)| reserves(id, pool)));
    let stakes = stakes.into_iter();
    views.extend(stakes.filter_map(|id| Some(stake(id, *ledger.stake_of(id).ok()?))));
    views
}

/// Gives the game's views of each pool's epoch, and of the trials, operators and endpoints of some stakes.
pub fn game_views(ledger: &Ledger, stakes: impl IntoIterator<Item = StakeId>) -> Vec<View> {
    let mut views: Vec<View> = ledger.pools().map(|(id, _)| epoch(ledger, id)).collect();
    let all = |id| {
        let trials = [trial(ledger, id, false), trial(ledger, id, true)];
        trials.into_iter().chain([operator(ledger, id), endpoint(ledger, id)])
    };
    views.extend(stakes.into_iter().flat_map(all));
    views
}

fn operator(ledger: &Ledger, id: StakeId) -> View {
    let core = ledger.game().operator(id).map(|operator| (operator.account, operator.until.0));
    let core = core.unwrap_or_default();
    let call = Game::operatorOfCall { stake: id.0 };
    View::new(format!("operator of stake {id}"), &call, move |found| {
        core == (found.account, found.until)
    })
}

fn endpoint(ledger: &Ledger, id: StakeId) -> View {
    let core = ledger.game().endpoint(id).map(|core| (core.key, core.relay.clone()));
    let core = core.unwrap_or_default();
    View::new(
        format!("endpoint of stake {id}"),
        &Game::endpointOfCall { stake: id.0 },
        move |found| (core.0, core.1.as_str()) == (found.key, found.relay.as_str()),
    )
}

fn epoch(ledger: &Ledger, pool: PoolId) -> View {
    let core = ledger.game().epoch(pool);
    let core = core.map(|epoch| (epoch.randomness, epoch.id.0, epoch.opened.0)).unwrap_or_default();
    View::new(format!("epoch of pool {pool}"), &Game::epochOfCall { pool: pool.0 }, move |found| {
        core == (found.randomness, found.id, found.opened.to())
    })
}

fn trial(ledger: &Ledger, id: StakeId, complaint: bool) -> View {
    let mut trials = ledger.game().trials_of(id);
    let core = trials.find(|trial| trial.epoch.is_complaint() == complaint);
    let record = core.map(|trial| (trial.epoch.0, trial.opened.0, trial.commit_by.0, trial.seed));
    let record = record.unwrap_or_default();
    let is_over = core.is_some_and(|trial| trial.over);
    let committed = core.filter(|trial| !trial.over).and_then(|trial| trial.committed.as_ref());
    let commitment = committed.map(|committed| {
        let open = committed.accusations.values().filter(|made| !made.proved).count() as u64;
        let times = (committed.mark.at.0, committed.accuse_by.0, committed.prove_by.0);
        (times, committed.root, committed.beacon.unwrap_or_default(), open)
    });
    let call = Game::trialOfCall { stake: id.0, complaint };
    View::new(format!("trial of stake {id}"), &call, move |found| {
        let times = (found.committedAt.to(), found.accuseBy.to(), found.proveBy.to());
        // The contract keeps what a trial that is over was about.
        let is_committed = !found.over && times.0 != 0;
        record == (found.epoch, found.opened.to(), found.commitBy.to(), found.seed)
            && is_over == found.over
            && commitment
                == is_committed.then_some((times, found.root, found.beacon, u64::from(found.open)))
    })
}

fn totals(ledger: &Ledger) -> View {
    let counts = (
        ledger.pools().count() as u64,
        ledger.certificates().count() as u64,
        ledger.stakes().count() as u64,
        ledger.rentals(),
    );
    View::new("counts".to_owned(), &PinFi::totalsCall {}, move |found| {
        counts == (u64::from(found._0), found._1, found._2, found._3)
    })
}

fn reserves(id: PoolId, pool: &Pool) -> View {
    let core = *pool.reserves();
    let accrual = (pool.accrual().live, pool.accrual().per_device.0);
    let call = PinFi::reservesOfCall { pool: id.0 };
    View::new(format!("reserves of pool {id}"), &call, move |found| {
        (core.pin.0, core.compute.0, core.shares.0, core.decay.0)
            == (found.pin, found.compute, found.shares, found.decay)
            && (core.acc_q96, core.escrow.0, core.last.0)
                == (found.accQ96, found.escrow, found.last)
            && accrual == (found.live, found.perDeviceE12)
    })
}

fn stake(id: StakeId, core: Stake) -> View {
    let mode = match core.state {
        StakeState::Held => (0, 0, U256::ZERO),
        StakeState::Liquidity(position) => (1, position.decay.0, position.acc_noted_q96),
        StakeState::Sold => (2, 0, U256::ZERO),
        StakeState::Settled => (3, 0, U256::ZERO),
        StakeState::Slashed => (4, 0, U256::ZERO),
    };
    let rental = core.rental.map(|r| (r.id.0, r.renter, r.start.0, r.until.0, r.paid.0));
    View::new(format!("stake {id}"), &PinFi::stakeInfoCall { id: id.0 }, move |found| {
        let r = &found.rental;
        let rented = !r.renter.is_zero();
        (core.pool.0, core.provider, core.hours_holder)
            == (found.pool, found.provider, found.hoursHolder)
            && (core.created.0, core.expiry.0) == (found.created, found.expiry)
            && (core.maintenance_fee.0, core.passed) == (found.maintenanceFee, found.passed)
            && mode == (found.state, found.decay, found.accNotedQ96)
            && rental == rented.then_some((r.id, r.renter, r.start, r.until, r.paid))
    })
}
