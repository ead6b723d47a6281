//! Rent, extend, end, transfer of rentals (PROTOCOL 4).

use alloc::vec;
use alloc::vec::Vec;

use alloy_primitives::Address;

use super::accounts::check_receiver;
use super::{Ledger, check_at_least, check_at_most};
use crate::action::Context;
use crate::error::Error;
use crate::event::{Event, Events};
use crate::pool::{Advanced, Pool, SellQuote};
use crate::stake::{Rental, Stake, StakeState};
use crate::units::{GpuSeconds, PoolId, RentalId, SharesWad, StakeId, Timestamp, Wei};

impl Ledger {
    pub(super) fn rent(
        &mut self,
        cx: &Context,
        id: PoolId,
        devices: &[StakeId],
        until: Timestamp,
        max_cost: Wei,
    ) -> Result<Events, Error> {
        let pool = self.pool(id)?;
        let mut advanced = pool.at(cx.now)?;
        let bucket = pool.params().bucket;
        if until <= cx.now || !until.is_aligned(bucket) {
            return Err(Error::UnalignedExpiry { at: until, bucket });
        }
        let window = until.since(cx.now);
        if window < bucket {
            return Err(Error::WindowTooShort { window, bucket });
        }
        check_distinct(devices)?;
        for &device in devices {
            self.check_rentable(cx, id, device, until)?;
        }
        let count = devices.len() as u64;
        let hours = GpuSeconds(window.0.saturating_mul(count));
        let quote = advanced.reserves.quote_buy(pool.params().fees(), hours)?;
        check_at_most(quote.gross, max_cost)?;
        self.accounts.require(cx.sender, quote.gross)?;

        advanced.reserves.take_buy(hours.to_wad(), &quote);
        self.write_pool(id, advanced);
        self.accounts.debit(cx.sender, quote.gross);
        self.accounts.count_burned(quote.burned);
        self.count_fee(cx, id, quote.fee, quote.burned);
        let mut events = Vec::with_capacity(devices.len() + 1);
        events.push(Event::Bought {
            pool: id,
            buyer: cx.sender,
            gs: hours,
            gross: quote.gross,
            fee: quote.fee,
            burned: quote.burned,
        });
        let paid = Wei(quote.gross.0 / u128::from(count.max(1)));
        for &device in devices {
            let rental = Rental {
                id: RentalId(self.next_rental),
                renter: cx.sender,
                start: cx.now,
                until,
                paid,
            };
            self.next_rental += 1;
            self.write_rental(device, Some(rental));
            events.push(Event::Rented {
                rental: rental.id,
                stake: device,
                renter: cx.sender,
                start: cx.now,
                until,
                paid,
            });
        }
        Ok(events)
    }

    fn check_rentable(
        &self,
        cx: &Context,
        pool: PoolId,
        id: StakeId,
        until: Timestamp,
    ) -> Result<(), Error> {
        let stake = self.stake_of(id)?;
        let offered = matches!(stake.state, StakeState::Liquidity(_) | StakeState::Sold);
        if stake.pool != pool || !offered {
            return Err(Error::NotInPool(id));
        }
        if let Some(rental) = stake.running_rental(cx.now) {
            return Err(Error::DeviceRented { until: rental.until });
        }
        if stake.expiry < until {
            return Err(Error::Expired { expiry: stake.expiry });
        }
        Ok(())
    }

    pub(super) fn extend(
        &mut self,
        cx: &Context,
        id: StakeId,
        until: Timestamp,
        max_cost: Wei,
    ) -> Result<Events, Error> {
        let OpenRental { stake, pool, mut advanced, mut rental } = self.open_rental(cx, id)?;
        let (pool_id, fees) = (stake.pool, pool.params().fees());
        let bucket = pool.params().bucket;
        if until <= rental.until || !until.is_aligned(bucket) {
            return Err(Error::UnalignedExpiry { at: until, bucket });
        }
        if stake.expiry < until {
            return Err(Error::Expired { expiry: stake.expiry });
        }
        let hours = GpuSeconds(until.since(rental.until).0);
        let quote = advanced.reserves.quote_buy(fees, hours)?;
        check_at_most(quote.gross, max_cost)?;
        self.accounts.require(cx.sender, quote.gross)?;

        advanced.reserves.take_buy(hours.to_wad(), &quote);
        rental.until = until;
        rental.paid.0 += quote.gross.0;
        self.write_pool(pool_id, advanced);
        self.write_rental(id, Some(rental));
        self.accounts.debit(cx.sender, quote.gross);
        self.accounts.count_burned(quote.burned);
        self.count_fee(cx, pool_id, quote.fee, quote.burned);
        Ok(vec![
            Event::Bought {
                pool: pool_id,
                buyer: cx.sender,
                gs: hours,
                gross: quote.gross,
                fee: quote.fee,
                burned: quote.burned,
            },
            Event::Extended { rental: rental.id, stake: id, until, gross: quote.gross },
        ])
    }

    pub(super) fn end_rental(
        &mut self,
        cx: &Context,
        id: StakeId,
        min_out: Wei,
    ) -> Result<Events, Error> {
        let OpenRental { stake, pool, mut advanced, rental } = self.open_rental(cx, id)?;
        let (pool_id, fees) = (stake.pool, pool.params().fees());
        let hours = GpuSeconds(rental.until.since(cx.now).0);
        let reserves = &mut advanced.reserves;
        let quote = if reserves.is_open() {
            let quote = reserves.quote_sell(fees, hours)?;
            reserves.take_sell(hours, &quote);
            quote
        } else {
            // Nothing to pay with: the client is let go all the same, and the hours stay with
            // the LPs, if there are any.
            let nothing =
                SellQuote { out: Wei::ZERO, net: Wei::ZERO, fee: Wei::ZERO, burned: Wei::ZERO };
            if reserves.shares != SharesWad::ZERO {
                reserves.take_sell(hours, &nothing);
            }
            nothing
        };
        check_at_least(quote.net, min_out)?;

        self.write_pool(pool_id, advanced);
        self.write_rental(id, None);
        self.accounts.credit(cx.sender, quote.net);
        self.accounts.count_burned(quote.burned);
        self.count_fee(cx, pool_id, quote.fee, quote.burned);
        Ok(vec![Event::RentalEnded {
            rental: rental.id,
            stake: id,
            renter: cx.sender,
            net: quote.net,
            fee: quote.fee,
            burned: quote.burned,
        }])
    }

    pub(super) fn transfer_rental(
        &mut self,
        cx: &Context,
        id: StakeId,
        to: Address,
    ) -> Result<Events, Error> {
        let OpenRental { stake, advanced, mut rental, .. } = self.open_rental(cx, id)?;
        check_receiver(to)?;
        rental.renter = to;
        self.write_pool(stake.pool, advanced);
        self.write_rental(id, Some(rental));
        Ok(vec![Event::RentalTransferred { rental: rental.id, stake: id, from: cx.sender, to }])
    }

    fn open_rental(&self, cx: &Context, id: StakeId) -> Result<OpenRental<'_>, Error> {
        let stake = self.stake_of(id)?;
        let pool = self.pool(stake.pool)?;
        let advanced = pool.at(cx.now)?;
        if !stake.is_active() {
            return Err(Error::StakeClosed);
        }
        let rental = stake.running_rental(cx.now).filter(|rental| rental.renter == cx.sender);
        Ok(OpenRental { stake, pool, advanced, rental: rental.ok_or(Error::NotRenter)? })
    }

    fn write_rental(&mut self, id: StakeId, rental: Option<Rental>) {
        if let Some(stake) = self.stakes.get_mut(id.index()) {
            stake.rental = rental;
        }
    }
}

/// A running rental of the sender's, and where it belongs.
struct OpenRental<'a> {
    stake: &'a Stake,
    pool: &'a Pool,
    advanced: Advanced,
    rental: Rental,
}

fn check_distinct(devices: &[StakeId]) -> Result<(), Error> {
    let mut sorted = devices.to_vec();
    sorted.sort_unstable();
    if sorted.is_empty() || sorted.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return Err(Error::BadDevices);
    }
    Ok(())
}
