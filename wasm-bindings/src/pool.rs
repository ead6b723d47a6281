//! Prices of one pool, at any time from its last change on.

use pinfi_core::{
    pool,
    units::{GpuSeconds, Timestamp},
};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::error::{MALFORMED, coded, refused};

/// A pool as it was after its last change. Its quotes are those of the ledger, to the wei.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Pool(pool::Pool);

#[wasm_bindgen]
impl Pool {
    /// Takes a pool's state: the core's own fields, whole quantities as `bigint`.
    ///
    /// # Errors
    /// `MalformedInput` where a field is missing or of another type; the core's own code where
    /// the parameters are out of bounds.
    #[wasm_bindgen(constructor)]
    pub fn new(state: JsValue) -> Result<Self, JsValue> {
        let pool: pool::Pool = serde_wasm_bindgen::from_value(state)
            .map_err(|error| coded(MALFORMED, &error.to_string()))?;
        pool.params().validate().map_err(|error| refused(&error))?;
        Ok(Self(pool))
    }

    /// Returns the reserves at `now` (Unix seconds), dissipated up to then.
    ///
    /// # Errors
    /// `TimeReversed` if `now` is before the pool's last change.
    #[wasm_bindgen(js_name = reservesAt)]
    pub fn reserves_at(&self, now: u64) -> Result<JsValue, JsValue> {
        to_js(&self.at(now)?)
    }

    /// Prices the purchase of `gpu_seconds` at `now`.
    ///
    /// # Errors
    /// `TimeReversed`, `PoolDormant`, `InsufficientLiquidity`.
    #[wasm_bindgen(js_name = quoteBuy)]
    pub fn quote_buy(&self, gpu_seconds: u64, now: u64) -> Result<JsValue, JsValue> {
        let quote = self.at(now)?.quote_buy(self.0.params().fees(), GpuSeconds(gpu_seconds));
        to_js(&quote.map_err(|error| refused(&error))?)
    }

    /// Prices the sale of `gpu_seconds` at `now`.
    ///
    /// # Errors
    /// `TimeReversed`, `ZeroAmount`, `PoolDormant`.
    #[wasm_bindgen(js_name = quoteSell)]
    pub fn quote_sell(&self, gpu_seconds: u64, now: u64) -> Result<JsValue, JsValue> {
        let quote = self.at(now)?.quote_sell(self.0.params().fees(), GpuSeconds(gpu_seconds));
        to_js(&quote.map_err(|error| refused(&error))?)
    }

    fn at(&self, now: u64) -> Result<pool::Reserves, JsValue> {
        let advanced = self.0.at(Timestamp(now)).map_err(|error| refused(&error))?;
        Ok(advanced.reserves)
    }
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = Serializer::new().serialize_large_number_types_as_bigints(true);
    value.serialize(&serializer).map_err(|error| coded(MALFORMED, &error.to_string()))
}
