//! The browser's own services, each behind one small function.

mod intl;
mod storage;

pub(crate) use intl::{date_time, time_of_day};
pub(crate) use storage::{read, write};
