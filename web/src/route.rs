//! The addresses of the dApp.

use pinfi_core::units::{PoolId, StakeId};

/// A page and what its address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// All pools.
    Overview,
    /// One pool.
    Pool(PoolId),
    /// Buying hours, of a pool where one is chosen.
    Swap(Option<PoolId>),
    /// Providing a device, to a pool where one is chosen.
    Provide(Option<PoolId>),
    /// What the account has.
    Positions,
    /// A device that answers its challenges by itself.
    Mine,
    /// Using the device of a stake, which the account rents.
    Use(StakeId),
    /// Verdicts replayed, and epochs watched.
    Verify,
    /// How well this device proves.
    Bench,
    /// The account's keys.
    Wallet,
    /// Simulated markets; which one, the address's query says.
    Research,
    /// An address that is no page.
    NotFound,
}

impl Route {
    /// Reads a path such as `/pool/3`.
    pub(crate) fn parse(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] => Self::Overview,
            ["pool", id] => id.parse().map_or(Self::NotFound, |id| Self::Pool(PoolId(id))),
            ["swap"] => Self::Swap(None),
            ["swap", id] => id.parse().map_or(Self::NotFound, |id| Self::Swap(Some(PoolId(id)))),
            ["provide"] => Self::Provide(None),
            ["provide", id] => {
                id.parse().map_or(Self::NotFound, |id| Self::Provide(Some(PoolId(id))))
            }
            ["positions"] => Self::Positions,
            ["mine"] => Self::Mine,
            ["use", id] => id.parse().map_or(Self::NotFound, |id| Self::Use(StakeId(id))),
            ["verify"] => Self::Verify,
            ["bench"] => Self::Bench,
            ["wallet"] => Self::Wallet,
            ["research"] => Self::Research,
            _ => Self::NotFound,
        }
    }

    /// Gives the page of the main navigation that this one belongs to.
    pub(crate) fn section(&self) -> Self {
        match self {
            Self::Pool(_) => Self::Overview,
            Self::Swap(_) => Self::Swap(None),
            Self::Provide(_) => Self::Provide(None),
            Self::Mine | Self::Use(_) => Self::Positions,
            Self::Bench | Self::Verify => Self::Provide(None),
            other => other.clone(),
        }
    }

    /// Writes the path that [`Route::parse`] reads.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Overview | Self::NotFound => "/".to_owned(),
            Self::Pool(id) => format!("/pool/{id}"),
            Self::Swap(None) => "/swap".to_owned(),
            Self::Swap(Some(id)) => format!("/swap/{id}"),
            Self::Provide(None) => "/provide".to_owned(),
            Self::Provide(Some(id)) => format!("/provide/{id}"),
            Self::Positions => "/positions".to_owned(),
            Self::Mine => "/mine".to_owned(),
            Self::Use(id) => format!("/use/{id}"),
            Self::Verify => "/verify".to_owned(),
            Self::Bench => "/bench".to_owned(),
            Self::Wallet => "/wallet".to_owned(),
            Self::Research => "/research".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_rejects_what_is_no_page() {
        for path in [
            "/nowhere",
            "/a/b/c/d",
            "/pool",
            "/pool/x",
            "/pool/-1",
            "/swap/1/2",
            "/research/1",
            "/provide/x",
            "/use",
            "/use/x",
            "/pool/4294967296",
        ] {
            assert_eq!(Route::parse(path), Route::NotFound, "{path}");
        }
    }

    #[test]
    fn parse_reads_what_path_writes() {
        for route in [
            Route::Overview,
            Route::Pool(PoolId(3)),
            Route::Swap(None),
            Route::Swap(Some(PoolId(0))),
            Route::Provide(None),
            Route::Provide(Some(PoolId(2))),
            Route::Positions,
            Route::Mine,
            Route::Use(StakeId(4)),
            Route::Verify,
            Route::Bench,
            Route::Wallet,
            Route::Research,
        ] {
            assert_eq!(Route::parse(&route.path()), route, "{route:?}");
        }
    }
}
