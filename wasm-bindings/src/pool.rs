//! Prices of one pool, at any time from its last change on.

use pinfi_core::{
    Error, pool,
    pool::{Fees, Reserves},
    units::{DecayWad, GpuSeconds, Timestamp, Wei},
};
use pinfi_packed::{QUOTE_WORDS, buy, buy_many, sell, sell_many};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::error::{malformed, refused};
use crate::js::to_js;

/// A pool as it was after its last change. Its quotes are those of the ledger, to the wei.
///
/// A quote leaves its amounts in [`Self::lanes`], where JavaScript reads them from memory: an
/// object made here would take longer than the price.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Pool {
    pool: pool::Pool,
    fees: Fees,
    /// The reserves at the time that was asked for last: quotes come in swarms.
    advanced: Option<Reserves>,
    lanes: Box<[u64; QUOTE_WORDS]>,
    refused: Vec<u32>,
    refusal: Option<Error>,
}

#[derive(Serialize)]
struct JoinQuote {
    tokens: Wei,
    decay: DecayWad,
}

#[wasm_bindgen]
impl Pool {
    /// Takes a pool's state: the core's own fields, whole quantities as `bigint`.
    ///
    /// # Errors
    /// `MalformedInput` where a field is missing or of another type; the core's own code where
    /// the parameters are out of bounds.
    #[wasm_bindgen(constructor)]
    pub fn new(state: JsValue) -> Result<Self, JsValue> {
        let pool: pool::Pool = serde_wasm_bindgen::from_value(state).map_err(malformed)?;
        pool.params().validate_trading().map_err(|error| refused(&error))?;
        let fees = pool.params().fees();
        let lanes = Box::new([0; QUOTE_WORDS]);
        Ok(Self { pool, fees, advanced: None, lanes, refused: Vec::new(), refusal: None })
    }

    /// Returns where the amounts of the last quote lie in memory: two words each.
    #[must_use]
    pub fn lanes(&self) -> *const u64 {
        self.lanes.as_ptr()
    }

    /// Prices the purchase of `gpu_seconds` at `now`: cost, gross, fee, burned. False where it is
    /// refused; [`Self::refusal`] says why.
    #[wasm_bindgen(js_name = quoteBuy)]
    pub fn quote_buy(&mut self, gpu_seconds: u64, now: u64) -> bool {
        self.quote(now, buy, gpu_seconds)
    }

    /// Prices the sale of `gpu_seconds` at `now`: out, net, fee, burned. False where it is
    /// refused.
    #[wasm_bindgen(js_name = quoteSell)]
    pub fn quote_sell(&mut self, gpu_seconds: u64, now: u64) -> bool {
        self.quote(now, sell, gpu_seconds)
    }

    /// Prices many purchases at `now`, each by itself: eight words a quote. Those refused are
    /// zeros, and [`Self::refused`] has their places.
    ///
    /// # Errors
    /// `TimeReversed`.
    #[wasm_bindgen(js_name = quoteBuyMany)]
    pub fn quote_buy_many(&mut self, gpu_seconds: &[u64], now: u64) -> Result<Vec<u64>, JsValue> {
        self.quote_many(now, buy_many, gpu_seconds)
    }

    /// Prices many sales at `now`, each by itself, as [`Self::quote_buy_many`] does.
    ///
    /// # Errors
    /// `TimeReversed`.
    #[wasm_bindgen(js_name = quoteSellMany)]
    pub fn quote_sell_many(&mut self, gpu_seconds: &[u64], now: u64) -> Result<Vec<u64>, JsValue> {
        self.quote_many(now, sell_many, gpu_seconds)
    }

    /// Returns the places of those that the last quotes of many refused.
    #[must_use]
    pub fn refused(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.refused)
    }

    /// Returns why the last quote was refused, once; `undefined` where it was not.
    #[must_use]
    pub fn refusal(&mut self) -> Option<js_sys::Error> {
        self.refusal.take().map(|error| refused(&error).unchecked_into())
    }

    /// Leaves the spot price at `now` in [`Self::lanes`]. False where the pool is dormant, or
    /// [`Self::refusal`] says why.
    #[wasm_bindgen(js_name = spotPrice)]
    pub fn spot_price(&mut self, now: u64) -> bool {
        self.amount(now, |reserves| Some(reserves.spot_price()?.0))
    }

    /// Leaves how far a purchase of `gpu_seconds` at `now` moves its price, in Wad. False where
    /// [`Self::quote_buy`] is.
    #[wasm_bindgen(js_name = impactOfBuy)]
    pub fn impact_of_buy(&mut self, gpu_seconds: u64, now: u64) -> bool {
        let bought = GpuSeconds(gpu_seconds);
        self.quote_buy(gpu_seconds, now)
            && self.amount(now, |reserves| reserves.impact_of_buy_wad(bought))
    }

    /// Leaves how far a sale of `gpu_seconds` at `now` moves its price, in Wad. False where
    /// [`Self::quote_sell`] is.
    #[wasm_bindgen(js_name = impactOfSell)]
    pub fn impact_of_sell(&mut self, gpu_seconds: u64, now: u64) -> bool {
        let sold = GpuSeconds(gpu_seconds);
        self.quote_sell(gpu_seconds, now)
            && self.amount(now, |reserves| reserves.impact_of_sell_wad(sold))
    }

    /// Prices joining with `gpu_seconds` at `now`: the PIN to pair, and the share's decay rate.
    ///
    /// # Errors
    /// `TimeReversed`, `PoolDormant`, `ShareOutOfRange`.
    #[wasm_bindgen(js_name = quoteJoin)]
    pub fn quote_join(&mut self, gpu_seconds: u64, now: u64) -> Result<JsValue, JsValue> {
        let reserves = self.at(now).map_err(|error| refused(&error))?;
        let tokens = reserves
            .tokens_to_join(GpuSeconds(gpu_seconds))
            .ok_or_else(|| refused(&Error::PoolDormant))?;
        let decay = reserves.decay_to_join().ok_or_else(|| refused(&Error::ShareOutOfRange))?;
        to_js(&JoinQuote { tokens, decay }).map_err(malformed)
    }

    /// Prices leaving at `now` with a share that expires at `expiry`; `decay` in two words.
    ///
    /// # Errors
    /// `TimeReversed`; `Expired`; those of the core's `quote_leave`.
    #[wasm_bindgen(js_name = quoteLeave)]
    pub fn quote_leave(
        &mut self,
        decay_low: u64,
        decay_high: u64,
        expiry: u64,
        now: u64,
    ) -> Result<JsValue, JsValue> {
        let decay = DecayWad((u128::from(decay_high) << 64) | u128::from(decay_low));
        let expiry = Timestamp(expiry);
        let hours = GpuSeconds(expiry.since(Timestamp(now)).0);
        let quote = self.at(now).and_then(|reserves| {
            if hours == GpuSeconds::ZERO {
                return Err(Error::Expired { expiry });
            }
            reserves.quote_leave(self.pool.params(), decay, hours)
        });
        to_js(&quote.map_err(|error| refused(&error))?).map_err(malformed)
    }

    /// Returns the reserves at `now` (Unix seconds), dissipated up to then.
    ///
    /// # Errors
    /// `TimeReversed` if `now` is before the pool's last change.
    #[wasm_bindgen(js_name = reservesAt)]
    pub fn reserves_at(&mut self, now: u64) -> Result<JsValue, JsValue> {
        to_js(&self.at(now).map_err(|error| refused(&error))?).map_err(malformed)
    }

    /// Returns D at `now`, the longest sale in seconds.
    ///
    /// # Errors
    /// `TimeReversed`.
    #[wasm_bindgen(js_name = durationAt)]
    pub fn duration_at(&mut self, now: u64) -> Result<u64, JsValue> {
        Ok(self.at(now).map_err(|error| refused(&error))?.duration().0)
    }
}

impl Pool {
    fn at(&mut self, now: u64) -> Result<Reserves, Error> {
        let now = Timestamp(now);
        match self.advanced {
            Some(reserves) if reserves.last == now => Ok(reserves),
            _ => {
                let reserves = self.pool.at(now)?.reserves;
                self.advanced = Some(reserves);
                Ok(reserves)
            }
        }
    }

    /// Leaves one amount, of the reserves at `now`.
    #[allow(clippy::cast_possible_truncation, reason = "the halves are what is asked for")]
    fn amount(&mut self, now: u64, of: impl FnOnce(&Reserves) -> Option<u128>) -> bool {
        let found = match self.at(now) {
            Ok(reserves) => of(&reserves),
            Err(refusal) => {
                self.refusal = Some(refusal);
                return false;
            }
        };
        if let Some(amount) = found {
            (self.lanes[0], self.lanes[1]) = (amount as u64, (amount >> 64) as u64);
        }
        found.is_some()
    }

    fn quote(&mut self, now: u64, price: One, gpu_seconds: u64) -> bool {
        let fees = self.fees;
        let quote = self
            .at(now)
            .and_then(|reserves| price(&reserves, fees, GpuSeconds(gpu_seconds), &mut self.lanes));
        self.refusal = quote.err();
        self.refusal.is_none()
    }

    fn quote_many(
        &mut self,
        now: u64,
        price: Many,
        gpu_seconds: &[u64],
    ) -> Result<Vec<u64>, JsValue> {
        let reserves = self.at(now).map_err(|error| refused(&error))?;
        let mut words = vec![0; gpu_seconds.len() * QUOTE_WORDS];
        self.refused = price(&reserves, self.fees, gpu_seconds, &mut words);
        Ok(words)
    }
}

type One = fn(&Reserves, Fees, GpuSeconds, &mut [u64; QUOTE_WORDS]) -> Result<(), Error>;
type Many = fn(&Reserves, Fees, &[u64], &mut [u64]) -> Vec<u32>;
