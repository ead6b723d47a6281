//! A key that answers in a provider's place: what it may, and what it may not.

use pinfi_core::game::{GameAction, GameEvent, Operator};
use pinfi_core::units::{StakeId, Timestamp, Wei};
use pinfi_core::{Action, Error};

use crate::market::{Market, POOL, account};
use crate::table::{
    BOND, FIRST, SECOND, accused, balance, challenge, honest, open, opening, play, prove, table,
};

/// Neither provides nor accuses.
const OPERATOR: u8 = 2;

fn appoint(market: &mut Market, who: u8, stake: StakeId, until: Timestamp) -> Result<(), Error> {
    let operator = account(OPERATOR);
    play(market, account(who), GameAction::Appoint { stake, operator, until }).map(drop)
}

/// A table whose first stake the operator may answer for, for so many seconds.
fn appointed(secs: u64) -> Market {
    let mut market = table();
    let until = Timestamp(market.now.0 + secs);
    appoint(&mut market, 0, FIRST, until).unwrap();
    market
}

/// The operator commits to what the first stake has to compute.
fn answer(market: &mut Market) -> Result<(), Error> {
    let epoch = market.ledger.game().epoch(POOL).unwrap().id;
    let root = honest(challenge(market, FIRST)).root();
    play(market, account(OPERATOR), GameAction::Commit { stake: FIRST, epoch, root }).map(drop)
}

#[test]
fn appoint_by_another_than_the_provider_is_refused() {
    let mut market = table();
    let owner = account(0);
    let until = Timestamp(market.now.0 + 1_000);
    assert_eq!(appoint(&mut market, OPERATOR, FIRST, until), Err(Error::NotOwner { owner }));
    assert_eq!(market.ledger.game().operator(FIRST), None);
}

#[test]
fn an_operator_whose_time_has_come_answers_no_more() {
    let owner = account(0);
    let mut market = appointed(10);
    open(&mut market);
    market.wait(9);
    answer(&mut market.clone()).unwrap();
    market.wait(1);
    assert_eq!(answer(&mut market), Err(Error::NotOwner { owner }), "its last second has passed");
}

#[test]
fn another_appointment_takes_the_place_of_the_one_before() {
    let owner = account(0);
    let mut market = appointed(1_000);
    open(&mut market);
    let revoke = GameAction::Appoint { stake: FIRST, operator: account(3), until: Timestamp(0) };
    play(&mut market, owner, revoke).unwrap();
    assert_eq!(answer(&mut market), Err(Error::NotOwner { owner }));
}

/// What a thief of the key could want.
#[test]
fn an_operator_can_do_nothing_else_with_the_stake() {
    let mut market = appointed(1_000);
    open(&mut market);
    let (stake, owner) = (FIRST, account(0));
    let (me, until) = (account(OPERATOR), Timestamp(u64::MAX));
    for action in [
        Action::RemoveLiquidity { stake, min_tokens: i128::MIN, max_fee: Wei(u128::MAX) },
        Action::Collect { stake },
        Action::TransferHours { stake, to: me },
        GameAction::Appoint { stake, operator: me, until }.into(),
    ] {
        let said = format!("{action:?}");
        let refused = market.act(me, action).unwrap_err();
        assert_eq!(refused, Error::NotOwner { owner }, "{said}");
    }
    let (epoch, root) = (market.ledger.game().epoch(POOL).unwrap().id, [1; 32].into());
    let other = GameAction::Commit { stake: SECOND, epoch, root };
    let refused = play(&mut market, me, other).unwrap_err();
    assert_eq!(refused, Error::NotOwner { owner: account(1) }, "it answers for this stake alone");
}

#[test]
fn an_operator_commits_and_proves_and_the_provider_has_the_bond() {
    let mut market = appointed(1_000);
    let until = Timestamp(market.now.0 + 1_000);
    let account_of = account(OPERATOR);
    assert_eq!(market.ledger.game().operator(FIRST), Some(Operator { account: account_of, until }));
    let epoch = open(&mut market);
    let mut proof = honest(challenge(&market, FIRST));
    answer(&mut market).unwrap();
    let before = (balance(&market, 0), balance(&market, OPERATOR));
    let beacon = accused(&mut market, epoch, 7);
    let opening = Box::new(opening(&mut proof, beacon, 7));
    let proved = GameAction::Prove { stake: FIRST, epoch, sample: 7, opening };
    let events = play(&mut market, account(OPERATOR), proved).unwrap();
    let told = GameEvent::Proved { stake: FIRST, epoch, sample: 7, bond: BOND };
    assert_eq!(events, [told.into()]);
    assert_eq!(balance(&market, 0), before.0 + BOND.0, "the bond is the provider's");
    assert_eq!(balance(&market, OPERATOR), before.1);
}

#[test]
fn the_provider_answers_beside_its_operator() {
    let mut market = appointed(1_000);
    let epoch = open(&mut market);
    let mut proof = honest(challenge(&market, FIRST));
    answer(&mut market).unwrap();
    let beacon = accused(&mut market, epoch, 7);
    prove(&mut market, FIRST, epoch, 7, opening(&mut proof, beacon, 7)).unwrap();
}
