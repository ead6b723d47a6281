//! Is a pool healthy? The game of its roles (PROTOCOL 7), for people and for the simulation.
//!
//! Prices and rewards are PIN per hour, as `f64`: nothing here settles anything. The errors
//! stated with each function are relative and hold on every target, because the elementary
//! functions are those of `libm` everywhere. Where the formulas come from, and on which
//! assumptions, is in `docs/equilibrium.md`; the derivation is ours, not the seed article's.
//!
//! | file | what lives there |
//! |---|---|
//! | `game` | the parameters, and what follows from them alone |
//! | `log_mean` | the logarithmic mean: value, slope, integral, inverse |
//! | `diagram` | the plane of price and reward: thresholds, boundary, regions, resting price |
//! | `area` | how much of a box each region takes |
//! | `payoffs` | what each role earns at a point |
//! | `band` | the rewards that keep a pool in balance |
//! | `sensitivity` | how band and resting price move with each parameter |

mod area;
mod band;
mod diagram;
mod error;
mod game;
mod log_mean;
mod payoffs;
mod sensitivity;

pub use area::{Areas, PlotBox};
pub use band::{BandPosition, RewardBand};
pub use diagram::{Diagram, Region, Thresholds};
pub use error::Error;
pub use game::{Game, GameParams, MAX_PRICE, MIN_PRICE};
pub use log_mean::{inverse_log_mean, log_mean, log_mean_of, log_mean_slope};
pub use payoffs::{Payoffs, ProviderRole};
pub use sensitivity::Gradient;
