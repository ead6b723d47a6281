//! The browser's own services, each behind one small function.

mod address;
mod board;
mod chain;
mod download;
mod ground;
mod intl;
mod rest;
mod storage;
mod style;
mod worker;

pub(crate) use address::{followed, go, link, origin, path, query, rewrite};
pub(crate) use board::board;
pub(crate) use chain::{find_wallets, node, timer};
pub(crate) use download::{download, download_bytes};
pub(crate) use ground::{ground, host, peers};
pub(crate) use intl::{date_time, parse_local, time_of_day};
pub(crate) use rest::rest;
pub(crate) use storage::{forget, read, write};
pub(crate) use style::adopt_style;
pub(crate) use worker::{rented_host, simulator_host, worker_host};
