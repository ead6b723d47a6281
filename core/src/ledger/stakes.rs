//! Burn, stake, transfer of hours, settle (PROTOCOL 3.1, 3.2, 3.6).

use alloc::vec;

use alloy_primitives::Address;

use super::accounts::check_receiver;
use super::{Ledger, Needs, check_at_most};
use crate::action::Context;
use crate::error::Error;
use crate::event::{Event, Events};
use crate::pool::{Advanced, Pool, pending_between};
use crate::stake::{Certificate, Stake, StakeState};
use crate::units::{CertificateId, GpuSeconds, PoolId, StakeId, Timestamp, Wei};

impl Ledger {
    pub(super) fn burn(
        &mut self,
        cx: &Context,
        pool: PoolId,
        gs: GpuSeconds,
    ) -> Result<Events, Error> {
        let record = self.pool(pool)?;
        let last = record.reserves().last;
        if cx.now < last {
            return Err(Error::TimeReversed { last, now: cx.now });
        }
        if gs == GpuSeconds::ZERO {
            return Err(Error::ZeroAmount);
        }
        let amount = Wei(record.params().burn_per_gs.0.saturating_mul(u128::from(gs.0)));
        self.accounts.require(cx.sender, amount)?;

        self.accounts.debit(cx.sender, amount);
        self.accounts.count_burned(amount);
        let certificate = CertificateId(self.certificates.len() as u64);
        let owner = cx.sender;
        self.certificates.push(Certificate { pool, owner, gs, used: false });
        Ok(vec![Event::Burned { certificate, pool, owner, gs, amount }])
    }

    pub(super) fn stake(
        &mut self,
        cx: &Context,
        certificate: CertificateId,
        expiry: Timestamp,
        max_fee: Wei,
    ) -> Result<Events, Error> {
        let paper = *self.certificate(certificate)?;
        let pool = self.pool(paper.pool)?;
        let advanced = pool.at(cx.now)?;
        if paper.owner != cx.sender {
            return Err(Error::NotOwner { owner: paper.owner });
        }
        if paper.used {
            return Err(Error::CertificateUsed(certificate));
        }
        let params = pool.params();
        if expiry <= cx.now || !expiry.is_aligned(params.bucket) {
            return Err(Error::UnalignedExpiry { at: expiry, bucket: params.bucket });
        }
        let term = expiry.since(cx.now);
        if term < params.min_term {
            return Err(Error::TermTooShort { term, min: params.min_term });
        }
        if term > params.max_term {
            return Err(Error::TermTooLong { term, max: params.max_term });
        }
        let hours = GpuSeconds(term.0);
        if hours > paper.gs {
            return Err(Error::CertificateTooSmall { certified: paper.gs, needed: hours });
        }
        let fee = advanced.reserves.maintenance_fee(hours, params.collateral);
        check_at_most(fee, max_fee)?;
        self.accounts.require(cx.sender, fee)?;

        self.write_pool(paper.pool, advanced);
        self.accounts.debit(cx.sender, fee);
        if let Some(paper) = self.certificates.get_mut(certificate.index()) {
            paper.used = true;
        }
        let id = StakeId(self.stakes.len() as u64);
        self.stakes.push(Stake {
            pool: paper.pool,
            provider: cx.sender,
            hours_holder: cx.sender,
            created: cx.now,
            expiry,
            maintenance_fee: fee,
            passed: 0,
            state: StakeState::Held,
            rental: None,
            last_epoch: None,
        });
        Ok(vec![Event::Staked {
            stake: id,
            certificate,
            pool: paper.pool,
            provider: cx.sender,
            expiry,
            fee,
        }])
    }

    pub(super) fn transfer_hours(
        &mut self,
        cx: &Context,
        id: StakeId,
        to: Address,
    ) -> Result<Events, Error> {
        let (mut stake, _, advanced) = self.open_stake(cx, id, Needs::HoursToken)?;
        check_receiver(to)?;
        stake.hours_holder = to;
        self.write_pool(stake.pool, advanced);
        self.write_stake(id, stake);
        Ok(vec![Event::HoursTransferred { stake: id, from: cx.sender, to }])
    }

    pub(super) fn settle(&mut self, cx: &Context, id: StakeId) -> Result<Events, Error> {
        let mut stake = *self.stake_of(id)?;
        let pool = self.pool(stake.pool)?;
        let mut advanced = pool.at(cx.now)?;
        if !stake.is_active() {
            return Err(Error::StakeClosed);
        }
        if cx.now < stake.expiry {
            return Err(Error::NotExpired { expiry: stake.expiry });
        }
        let challenged = self.verification_of(id).map(|open| open.respond_by);
        let open_until = challenged.max(self.game.open_until(id, cx.now));
        if let Some(until) = open_until.filter(|until| cx.now <= *until) {
            return Err(Error::VerificationPending { until });
        }
        let pending = pending_at_expiry(&stake, pool, &advanced);
        // A challenge that was never answered is not a verification passed.
        let verified = stake.passed > 0 && open_until.is_none();
        let fee = stake.maintenance_fee;
        let (fee_returned, fee_burned) = if verified { (fee, Wei::ZERO) } else { (Wei::ZERO, fee) };

        advanced.reserves.escrow.0 -= pending.0;
        self.write_pool(stake.pool, advanced);
        self.accounts.credit(stake.provider, pending);
        self.accounts.credit(stake.provider, fee_returned);
        self.accounts.count_burned(fee_burned);
        stake.maintenance_fee = Wei::ZERO;
        self.verifications.remove(&id);
        self.game.endpoints.remove(&id);
        stake.state = StakeState::Settled;
        self.write_stake(id, stake);
        let mut events = vec![Event::Settled { stake: id, pending, fee_returned, fee_burned }];
        events.extend(self.pay_earning(cx, id, stake.provider, verified));
        Ok(events)
    }
}

/// What an LP has coming at its expiry, which `advanced` has passed now or an earlier
/// operation did.
fn pending_at_expiry(stake: &Stake, pool: &Pool, advanced: &Advanced) -> Wei {
    let Some(position) = stake.position() else { return Wei::ZERO };
    let passed_now = advanced.passed.iter().find(|(at, _)| *at == stake.expiry);
    let acc_q96 = passed_now.map(|(_, acc)| *acc).or_else(|| pool.acc_at_q96(stake.expiry));
    acc_q96.map_or(Wei::ZERO, |acc| pending_between(position.decay, position.acc_noted_q96, acc))
}
