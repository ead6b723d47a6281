//! What is new in a miner's diary, for the log and the figures.

use pinfi_client::miner::{Deed, Diary, Did};
use pinfi_core::units::StakeId;

use crate::figures::Figures;

/// Returns the deeds for a stake that were not told yet, the oldest first. A failure that has come again
/// stands in the diary with its latest time in place of the earlier one, and is not told again.
pub(crate) fn untold<'a>(stake: StakeId, before: &Diary, after: &'a Diary) -> Vec<&'a Deed> {
    let stays = |old: &Deed| after.of(stake).any(|deed| deed == old);
    let is_told = |deed: &Deed| {
        before.of(stake).any(|old| {
            let again = matches!(deed.did, Did::Failed { .. })
                && (old.duty, &old.did) == (deed.duty, &deed.did)
                && !stays(old);
            old == deed || again
        })
    };
    let mut news: Vec<&Deed> = after.of(stake).filter(|deed| !is_told(deed)).collect();
    news.reverse();
    news
}

/// Tells of what is new for some stakes, and counts what has failed, each time.
pub(crate) fn tell(stakes: &[StakeId], before: &Diary, after: &Diary, figures: &Figures) {
    if before == after {
        return;
    }
    for &stake in stakes {
        for deed in after.of(stake) {
            if let Did::Failed { code, .. } = &deed.did
                && !before.of(stake).any(|old| old == deed)
            {
                figures.fail(code);
            }
        }
        for Deed { duty, did, .. } in untold(stake, before, after) {
            match did {
                Did::Done => eprintln!("stake {stake}: {duty:?}"),
                Did::ByOthers => eprintln!("stake {stake}: {duty:?}, by others"),
                Did::Failed { code, message } => {
                    eprintln!("stake {stake}: {duty:?}: {code}: {message}");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pinfi_client::miner::Task;
    use pinfi_core::units::{EpochId, Timestamp};

    use super::*;
    use crate::figures::Kind;

    const STAKE: StakeId = StakeId(3);

    fn deed(at: u64, did: Did) -> Deed {
        let duty = Task::Publish { epoch: EpochId(5) };
        Deed { at: Timestamp(at), stake: STAKE, duty, did }
    }

    fn failed(code: &str) -> Did {
        Did::Failed { code: code.to_owned(), message: "no".to_owned() }
    }

    fn count(figures: &Figures, code: &str) -> u64 {
        figures.failures.get_or_create(&Kind::of(code)).get()
    }

    #[test]
    fn failure_that_comes_again_is_counted_and_not_told_nor_is_what_came_before_it() {
        let (mut before, figures) = (Diary::default(), Figures::new().0);
        before.write(deed(1, Did::Done));
        before.write(deed(2, failed("Closed")));
        let mut after = before.clone();
        after.write(deed(3, failed("Closed")));
        assert_eq!(untold(STAKE, &before, &after), Vec::<&Deed>::new());
        tell(&[STAKE], &before, &after, &figures);
        assert_eq!(count(&figures, "Closed"), 1, "the one that came again");
        tell(&[STAKE], &after, &after, &figures);
        assert_eq!(count(&figures, "Closed"), 1, "nothing happened");
    }

    #[test]
    fn what_is_new_is_told_once_in_its_order_also_where_the_same_was_done_before() {
        let (mut before, figures) = (Diary::default(), Figures::new().0);
        before.write(deed(1, Did::Done));
        let mut after = before.clone();
        after.write(deed(2, failed("Closed")));
        after.write(deed(3, Did::Done));
        after.write(deed(4, failed("Closed")));
        let all = [deed(2, failed("Closed")), deed(3, Did::Done), deed(4, failed("Closed"))];
        assert_eq!(untold(STAKE, &before, &after), all.iter().collect::<Vec<_>>());
        tell(&[STAKE], &before, &after, &figures);
        assert_eq!(count(&figures, "Closed"), 2);
    }
}
