//! The addresses of the dApp.

/// A page and what its address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// All pools.
    Overview,
    /// An address that is no page.
    NotFound,
}

impl Route {
    /// Reads a path such as `/pool/3`.
    pub(crate) fn parse(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => Self::Overview,
            _ => Self::NotFound,
        }
    }

    /// Gives the page of the main navigation that this one belongs to.
    pub(crate) fn section(&self) -> Self {
        self.clone()
    }

    /// Writes the path that [`Route::parse`] reads.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Overview | Self::NotFound => "/".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_rejects_what_is_no_page() {
        for path in ["/nowhere", "/a/b/c/d"] {
            assert_eq!(Route::parse(path), Route::NotFound, "{path}");
        }
    }

    #[test]
    fn parse_reads_what_path_writes() {
        for route in [Route::Overview] {
            assert_eq!(Route::parse(&route.path()), route, "{route:?}");
        }
    }
}
