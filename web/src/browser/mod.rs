//! The browser's own services, each behind one small function.

mod address;
mod download;
mod ground;
mod intl;
mod storage;
mod style;
mod worker;

pub(crate) use address::{followed, go, link, path};
pub(crate) use download::download;
pub(crate) use ground::{ground, host};
pub(crate) use intl::{date_time, parse_local, time_of_day};
pub(crate) use storage::{read, write};
pub(crate) use style::adopt_style;
pub(crate) use worker::worker_host;
