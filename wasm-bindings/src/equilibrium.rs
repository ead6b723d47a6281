//! Is a pool healthy? Prices are PIN per hour, in floating point: nothing here settles anything.

use pinfi_core::equilibrium::{self, Error, GameParams, PlotBox, Region};
use wasm_bindgen::prelude::*;

use crate::error::{malformed, refusal};
use crate::js::to_js;

/// The game of one pool.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Game(equilibrium::Game);

#[wasm_bindgen]
impl Game {
    /// Takes the parameters.
    ///
    /// # Errors
    /// `MalformedInput`, `FeeOutOfRange`, `QuantityOutOfRange`, `PriceOutOfRange`.
    #[wasm_bindgen(constructor)]
    pub fn new(params: JsValue) -> Result<Self, JsValue> {
        let params: GameParams = serde_wasm_bindgen::from_value(params).map_err(malformed)?;
        equilibrium::Game::new(params).map(Self).map_err(|error| refused(&error))
    }

    /// Returns b = β + pθ.
    #[must_use]
    #[wasm_bindgen(js_name = outsidePrice)]
    pub fn outside_price(&self) -> f64 {
        self.0.outside_price()
    }

    /// Returns the letter of the region of a pool price and a reward.
    ///
    /// # Errors
    /// `PriceOutOfRange`, `QuantityOutOfRange`.
    pub fn region(&self, price: f64, reward: f64) -> Result<String, JsValue> {
        let region = self.0.region(price, reward).map_err(|error| refused(&error))?;
        Ok(region.letter().to_owned())
    }

    /// Returns the balanced rewards, or `undefined` where there are none.
    ///
    /// # Errors
    /// None: two numbers can be written.
    #[wasm_bindgen(js_name = rewardBand)]
    pub fn reward_band(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.reward_band()).map_err(malformed)
    }

    /// Returns the price at which a pool with a reward rests.
    ///
    /// # Errors
    /// `QuantityOutOfRange`, `RewardBelowFloor`, `PriceOutOfRange`.
    #[wasm_bindgen(js_name = restingPrice)]
    pub fn resting_price(&self, reward: f64) -> Result<f64, JsValue> {
        self.0.resting_price(reward).map_err(|error| refused(&error))
    }

    /// Returns how the band's floor moves with each parameter.
    ///
    /// # Errors
    /// None: numbers can be written.
    #[wasm_bindgen(js_name = floorGradient)]
    pub fn floor_gradient(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.floor_gradient()).map_err(malformed)
    }

    /// Returns how the band's ceiling moves, or `undefined` where there is no band.
    ///
    /// # Errors
    /// None: numbers can be written.
    #[wasm_bindgen(js_name = ceilingGradient)]
    pub fn ceiling_gradient(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.ceiling_gradient()).map_err(malformed)
    }

    /// Returns how the resting price moves at a reward.
    ///
    /// # Errors
    /// As [`Self::resting_price`].
    #[wasm_bindgen(js_name = restingPriceGradient)]
    pub fn resting_price_gradient(&self, reward: f64) -> Result<JsValue, JsValue> {
        let gradient = self.0.resting_price_gradient(reward).map_err(|error| refused(&error))?;
        to_js(&gradient).map_err(malformed)
    }

    /// Returns what an hour brings each role.
    ///
    /// # Errors
    /// `PriceOutOfRange`, `QuantityOutOfRange`.
    pub fn payoffs(&self, price: f64, reward: f64) -> Result<JsValue, JsValue> {
        let earned = self.0.payoffs(price, reward).map_err(|error| refused(&error))?;
        to_js(&earned).map_err(malformed)
    }

    /// Returns where roles begin and end, in units of b.
    ///
    /// # Errors
    /// None: numbers can be written.
    pub fn thresholds(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.diagram().thresholds()).map_err(malformed)
    }

    /// Returns the reward, in units of b, from which on LPs stay at the price x.
    #[must_use]
    #[wasm_bindgen(js_name = lpBoundary)]
    pub fn lp_boundary(&self, x: f64) -> f64 {
        self.0.diagram().lp_boundary(x)
    }

    /// Returns the areas of the regions A to G within a box, in units of b².
    ///
    /// # Errors
    /// `PriceOutOfRange`.
    pub fn areas(&self, x_max: f64, y_max: f64) -> Result<Vec<f64>, JsValue> {
        let plot = PlotBox::new(x_max, y_max).map_err(|error| refused(&error))?;
        let areas = self.0.diagram().areas(&plot);
        Ok(Region::ALL.map(|region| areas.of(region)).to_vec())
    }
}

fn refused(error: &Error) -> JsValue {
    let code = match error {
        Error::FeeOutOfRange { .. } => "FeeOutOfRange",
        Error::PriceOutOfRange { .. } => "PriceOutOfRange",
        Error::QuantityOutOfRange { .. } => "QuantityOutOfRange",
        Error::RewardBelowFloor { .. } => "RewardBelowFloor",
    };
    refusal(code, &error.to_string(), error)
}
