//! The form of a new pool: what people typed, and the parameters it stands for.

use pinfi_core::{
    pocps::PocpsParams,
    pool::PoolParams,
    units::{Bps, Secs, Wei},
};

use crate::format::{parse_count, parse_duration, parse_percent, parse_pin};

/// The fields of the form, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    /// The kind of device.
    pub(super) kind: String,
    /// The bucket, a span of time.
    pub(super) bucket: String,
    /// The trading fee, a percentage.
    pub(super) fee: String,
    /// The burned part of the fee, a percentage.
    pub(super) burn_share: String,
    /// PIN burned for an hour of a certificate.
    pub(super) burn_per_hour: String,
    /// The maintenance fee, a percentage of the hours' value.
    pub(super) collateral: String,
    /// The shortest term.
    pub(super) min_term: String,
    /// The longest term.
    pub(super) max_term: String,
    /// The matrix side.
    pub(super) n: String,
    /// The number of products.
    pub(super) rounds: String,
    /// The number of samples.
    pub(super) samples: String,
    /// From the challenge to the commitment.
    pub(super) window: String,
    /// From the commitment to the openings.
    pub(super) dispute: String,
    /// From one challenge to the next.
    pub(super) epoch: String,
}

impl Default for Draft {
    /// A pool that a device in a browser can serve: an hour's grain, a proof an hour.
    fn default() -> Self {
        let text = str::to_owned;
        Self {
            kind: String::new(),
            bucket: text("1h"),
            fee: text("0.3"),
            burn_share: text("50"),
            burn_per_hour: text("0.01"),
            collateral: text("200"),
            min_term: text("2h"),
            max_term: text("30d"),
            n: text("256"),
            rounds: text("16"),
            samples: text("32"),
            // Twice a reference device's time would be seconds; a person has to sign in between.
            window: text("5m"),
            dispute: text("5m"),
            epoch: text("1h"),
        }
    }
}

/// What an accuser would stake in the game of many verifiers, and its part of what is burned.
/// The form does not ask, so that an accusation always costs something.
const BOND: Wei = Wei(1_000_000_000_000_000_000);
const ACCUSER: Bps = Bps(5_000);

impl Draft {
    /// Reads the fields.
    ///
    /// # Errors
    /// The name of the first parameter that is not readable or out of bounds, as in
    /// [`PoolParams::validate`].
    pub(super) fn params(&self) -> Result<PoolParams, &'static str> {
        let span = |text: &str, name| parse_duration(text).map(Secs).map_err(|_| name);
        let whole = |text: &str, name| {
            let count = parse_count(text, 0, u64::from(u32::MAX)).map_err(|_| name)?;
            u32::try_from(count).map_err(|_| name)
        };
        let part = |text: &str, most, name| parse_percent(text, most).map(Bps).map_err(|_| name);
        let params = PoolParams {
            kind: self.kind.trim().to_owned(),
            bucket: span(&self.bucket, "bucket")?,
            fee: part(&self.fee, 1_000, "fee_bps")?,
            burn_share: part(&self.burn_share, 10_000, "burn_share_bps")?,
            burn_per_gs: per_second(&self.burn_per_hour).ok_or("burn_per_gs")?,
            collateral: part(&self.collateral, 1_000_000, "collateral_bps")?,
            min_term: span(&self.min_term, "min_term")?,
            max_term: span(&self.max_term, "max_term")?,
            pocps: PocpsParams {
                n: whole(&self.n, "n")?,
                rounds: whole(&self.rounds, "rounds")?,
                samples: whole(&self.samples, "samples")?,
                window: span(&self.window, "window")?,
                dispute: span(&self.dispute, "dispute")?,
                epoch: span(&self.epoch, "epoch")?,
                bond: BOND,
                accuser_bps: ACCUSER,
            },
        };
        match params.validate() {
            Ok(()) => Ok(params),
            Err(pinfi_core::Error::BadParameter { name }) => Err(name),
            // Validation has no other refusal.
            Err(_) => Err("kind"),
        }
    }
}

/// PIN by the hour as wei by the second: rounded to the nearest, since 3600 divides few decimals.
fn per_second(typed: &str) -> Option<Wei> {
    let wei = parse_pin(typed).ok()?;
    Some(Wei(wei.checked_add(1_800)? / 3_600))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named() -> Draft {
        Draft { kind: "WebGPU tier".to_owned(), ..Draft::default() }
    }

    type Change = fn(&mut Draft);

    #[test]
    fn params_name_the_first_field_that_is_wrong() {
        let cases: [(&str, Change); 16] = [
            ("kind", |d| d.kind = "  ".to_owned()),
            ("kind", |d| d.kind = "x".repeat(65)),
            ("bucket", |d| d.bucket = "7h".to_owned()),
            ("bucket", |d| d.bucket = "soon".to_owned()),
            ("fee_bps", |d| d.fee = "10.01".to_owned()),
            ("burn_share_bps", |d| d.burn_share = "101".to_owned()),
            ("burn_per_gs", |d| d.burn_per_hour = "-1".to_owned()),
            ("collateral_bps", |d| d.collateral = "199.99".to_owned()),
            ("max_term", |d| d.max_term = "31d".to_owned()),
            ("min_term", |d| d.min_term = "1h 59m".to_owned()),
            ("n", |d| d.n = "100".to_owned()),
            ("rounds", |d| d.rounds = "3".to_owned()),
            ("samples", |d| d.samples = "31".to_owned()),
            ("window", |d| d.window = "0s".to_owned()),
            ("dispute", |d| d.dispute = "1".to_owned()),
            ("epoch", |d| d.epoch = "9m".to_owned()),
        ];
        for (name, change) in cases {
            let mut draft = named();
            change(&mut draft);
            assert_eq!(draft.params(), Err(name), "{draft:?}");
        }
    }

    #[test]
    fn params_of_the_defaults_are_a_pool() {
        let params = named().params().unwrap();
        assert_eq!(params.kind, "WebGPU tier");
        assert_eq!(params.bucket, Secs(3_600));
        assert_eq!(params.fee, Bps(30));
        assert_eq!(params.burn_per_gs, Wei(2_777_777_777_778));
        assert_eq!(params.validate(), Ok(()));
    }
}
