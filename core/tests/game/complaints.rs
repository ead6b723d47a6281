//! That complaints cost a device no more than epochs do.

use alloy_primitives::B256;
use pinfi_core::Action;
use pinfi_core::units::{Secs, Wei};

use crate::market::{BUCKET, Market, POOL, account};
use crate::table::{DISPUTE, FIRST, WINDOW, code, commit, complain, conclude, params, rent, table};

/// One client hands the device back, and another rents it.
fn rent_anew(market: &mut Market, from: u8, to: u8) {
    let end = Action::EndRental { stake: FIRST, min_out: Wei(0) };
    market.act(account(from), end).unwrap();
    rent(market, to, 2);
}

/// Defence: a device is complained of once in an epoch's length, by whomever. Short rentals cost little
/// and are handed back; with a complaint in each, a rival would keep the device at work for nothing.
#[test]
fn attack_complaints_by_many_short_rentals() {
    let mut params = params();
    (params.bucket, params.max_term) = (Secs(300), Secs(720 * 300));
    let mut market = Market::new(params, 4);
    let expiry = market.boundary(20);
    market.provide(account(0), expiry).unwrap();
    market.now = market.boundary(1);
    let began = market.now;
    let mut asked = 0;
    for _ in 0..12 * 5 {
        let (stakes, until) = (vec![FIRST], market.now.saturating_add(Secs(300)));
        let rent = Action::Rent { pool: POOL, stakes, until, max_cost: Wei(u128::MAX) };
        // Two clients in turn.
        let who = 2 + u8::try_from(market.now.0 / 300 % 2).unwrap();
        market.act(account(who), rent).unwrap();
        match complain(&mut market, who) {
            Ok((epoch, _)) => {
                asked += 1;
                commit(&mut market, FIRST, epoch, B256::ZERO).unwrap();
                market.wait(DISPUTE + 1);
                conclude(&mut market, FIRST, epoch).unwrap();
                market.wait(300 - DISPUTE - 1);
            }
            Err(error) => {
                assert_eq!(error.code(), "AlreadyComplained");
                market.wait(300);
            }
        }
    }
    let epochs = (market.now.0 - began.0) / BUCKET;
    assert_eq!((asked, epochs), (5, 5), "as often as the pool's own epochs ask");
}

#[test]
fn complain_an_epoch_after_the_last_is_possible() {
    let mut market = table();
    rent(&mut market, 2, 1);
    let (epoch, _) = complain(&mut market, 2).unwrap();
    commit(&mut market, FIRST, epoch, B256::ZERO).unwrap();
    market.wait(DISPUTE + 1);
    conclude(&mut market, FIRST, epoch).unwrap();
    rent_anew(&mut market, 2, 2);
    assert_eq!(code(complain(&mut market, 2)), "AlreadyComplained", "another rental, but too soon");
    market.wait(BUCKET - DISPUTE - 2);
    rent_anew(&mut market, 2, 3);
    assert_eq!(code(complain(&mut market, 3)), "AlreadyComplained", "a second too soon");
    market.wait(1);
    let (later, _) = complain(&mut market, 3).unwrap();
    assert_ne!(later, epoch);
    market.wait(2 * WINDOW + 1);
    assert_eq!(code(commit(&mut market, FIRST, later, B256::ZERO)), "DeadlinePassed");
}
