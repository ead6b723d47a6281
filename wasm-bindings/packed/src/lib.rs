//! Quotes in bulk, packed for a caller on the other side of a boundary: eight words of 64 bits a
//! quote, two for each of its four amounts, the lower first.
//!
//! A crate of its own, so that a program which is built for size has this built for speed: what
//! the core marks as inline is compiled with its caller.

use pinfi_core::Error;
use pinfi_core::pool::{BuyQuote, Fees, Reserves, SellQuote};
use pinfi_core::units::GpuSeconds;

/// Words in a quote.
pub const QUOTE_WORDS: usize = 8;

/// Prices a purchase: cost, gross, fee, burned.
///
/// # Errors
/// As [`Reserves::quote_buy`]; `quote` is then as it was.
#[inline(never)]
pub fn buy(
    reserves: &Reserves,
    fees: Fees,
    hours: GpuSeconds,
    quote: &mut [u64; QUOTE_WORDS],
) -> Result<(), Error> {
    let BuyQuote { cost, gross, fee, burned } = reserves.quote_buy(fees, hours)?;
    *quote = pack([cost.0, gross.0, fee.0, burned.0]);
    Ok(())
}

/// Prices a sale: out, net, fee, burned.
///
/// # Errors
/// As [`Reserves::quote_sell`]; `quote` is then as it was.
#[inline(never)]
pub fn sell(
    reserves: &Reserves,
    fees: Fees,
    hours: GpuSeconds,
    quote: &mut [u64; QUOTE_WORDS],
) -> Result<(), Error> {
    let SellQuote { out, net, fee, burned } = reserves.quote_sell(fees, hours)?;
    *quote = pack([out.0, net.0, fee.0, burned.0]);
    Ok(())
}

/// Prices purchases, each by itself, into as many `quotes`. Returns the places of those that are
/// refused, whose words are left alone.
#[inline(never)]
pub fn buy_many(reserves: &Reserves, fees: Fees, hours: &[u64], quotes: &mut [u64]) -> Vec<u32> {
    many(hours, quotes, |hours| {
        let BuyQuote { cost, gross, fee, burned } = reserves.quote_buy(fees, hours)?;
        Ok([cost.0, gross.0, fee.0, burned.0])
    })
}

/// Prices sales as [`buy_many`] prices purchases.
#[inline(never)]
pub fn sell_many(reserves: &Reserves, fees: Fees, hours: &[u64], quotes: &mut [u64]) -> Vec<u32> {
    many(hours, quotes, |hours| {
        let SellQuote { out, net, fee, burned } = reserves.quote_sell(fees, hours)?;
        Ok([out.0, net.0, fee.0, burned.0])
    })
}

#[inline]
fn many(
    hours: &[u64],
    quotes: &mut [u64],
    price: impl Fn(GpuSeconds) -> Result<[u128; 4], Error>,
) -> Vec<u32> {
    let mut refused = Vec::new();
    let (quotes, _) = quotes.as_chunks_mut::<QUOTE_WORDS>();
    for (place, (quote, hours)) in (0..).zip(quotes.iter_mut().zip(hours)) {
        match price(GpuSeconds(*hours)) {
            Ok(amounts) => *quote = pack(amounts),
            Err(_) => refused.push(place),
        }
    }
    refused
}

#[inline]
fn pack(amounts: [u128; 4]) -> [u64; QUOTE_WORDS] {
    let [a, b, c, d] = amounts.map(halves);
    [a[0], a[1], b[0], b[1], c[0], c[1], d[0], d[1]]
}

#[inline]
#[allow(clippy::cast_possible_truncation, reason = "the halves are what is asked for")]
const fn halves(amount: u128) -> [u64; 2] {
    [amount as u64, (amount >> 64) as u64]
}

#[cfg(test)]
mod tests {
    use pinfi_core::units::{Bps, ComputeWad, Timestamp, Wei};

    use super::*;

    const FEES: Fees = Fees { rate: Bps(30), burn_share: Bps(5_000) };

    fn reserves(pin: u128) -> Reserves {
        let compute = GpuSeconds(360_000).to_wad();
        Reserves { pin: Wei(pin), compute, ..Reserves::new(Timestamp(0)) }
    }

    #[test]
    fn refused_quotes_leave_their_words_and_name_their_places() {
        let mut quotes = [7; 3 * QUOTE_WORDS];
        let refused = buy_many(&reserves(1 << 70), FEES, &[0, 1, 360_000], &mut quotes);
        assert_eq!(refused, [0, 2]);
        assert_eq!((quotes[0], quotes[23]), (7, 7));
        let dormant = Reserves { compute: ComputeWad::ZERO, ..reserves(0) };
        assert_eq!(sell_many(&dormant, FEES, &[1], &mut quotes), [0]);
        let mut quote = [7; QUOTE_WORDS];
        assert_eq!(buy(&dormant, FEES, GpuSeconds(1), &mut quote), Err(Error::PoolDormant));
        assert_eq!(sell(&dormant, FEES, GpuSeconds(1), &mut quote), Err(Error::PoolDormant));
        assert_eq!(quote, [7; QUOTE_WORDS]);
    }

    #[test]
    fn packed_quotes_are_the_quotes_with_the_lower_word_first() {
        // Amounts beyond one word.
        let reserves = reserves(1 << 100);
        let hours = [1, 3_600, 359_999];
        let (mut bought, mut sold) = ([0; 24], [0; 24]);
        assert!(buy_many(&reserves, FEES, &hours, &mut bought).is_empty());
        assert!(sell_many(&reserves, FEES, &hours, &mut sold).is_empty());
        let amount = |words: &[u64]| u128::from(words[0]) | (u128::from(words[1]) << 64);
        for (at, hours) in hours.into_iter().enumerate() {
            let words = &bought[at * QUOTE_WORDS..][..QUOTE_WORDS];
            let quote = reserves.quote_buy(FEES, GpuSeconds(hours)).unwrap();
            let amounts = [quote.cost, quote.gross, quote.fee, quote.burned];
            assert_eq!(words.chunks(2).map(amount).map(Wei).collect::<Vec<_>>(), amounts);
            let mut one = [0; QUOTE_WORDS];
            buy(&reserves, FEES, GpuSeconds(hours), &mut one).unwrap();
            assert_eq!(one, words);

            let words = &sold[at * QUOTE_WORDS..][..QUOTE_WORDS];
            let quote = reserves.quote_sell(FEES, GpuSeconds(hours)).unwrap();
            let amounts = [quote.out, quote.net, quote.fee, quote.burned];
            assert_eq!(words.chunks(2).map(amount).map(Wei).collect::<Vec<_>>(), amounts);
            sell(&reserves, FEES, GpuSeconds(hours), &mut one).unwrap();
            assert_eq!(one, words);
        }
    }
}
