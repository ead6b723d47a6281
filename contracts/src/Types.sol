// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title The records of the ledger
/// @notice Named and shaped as in the Rust core. Units: PIN in wei; compute in GPU-seconds × 1e18
/// (`Wad`); times in seconds since the Unix epoch; parts of ten thousand (`Bps`).

/// @notice What a pool asks of its devices, and by when. Fixed for good.
struct PocpsParams {
    /// The matrix side, a power of two in 64..=4096.
    uint32 n;
    /// The number of matrix products, a power of two.
    uint32 rounds;
    /// The number of samples (q), 32 to 1024.
    uint32 samples;
    /// Seconds from the challenge until the commitment is due; at least 60.
    uint64 window;
    /// Seconds from the commitment until it passes unaccused; at least 120.
    uint64 dispute;
    /// Seconds from one challenge to the next; at least `window`, `dispute` and 60 together.
    uint64 epoch;
    /// What an accuser stakes, in wei; at most 1 000 PIN, and not zero where accusers have a share.
    uint128 bond;
    /// The accuser's part of what is burned, at most half.
    uint32 accuserBps;
}

/// @notice The parameters of a pool; immutable after creation.
struct PoolParams {
    /// The kind of device: a label for people, 1 to 64 bytes of UTF-8.
    string kind;
    /// Expiries and rentals end at multiples of this many seconds; it divides a day.
    uint64 bucket;
    /// The fee on each trade, of the amount before the fee.
    uint32 feeBps;
    /// The part of each fee that is burned; the rest goes to the reserve.
    uint32 burnShareBps;
    /// Wei of PIN burned for each GPU-second of a certificate.
    uint128 burnPerGs;
    /// The maintenance fee, as a part of the stake's hours at the spot price.
    uint32 collateralBps;
    /// The shortest stake, in seconds.
    uint64 minTerm;
    /// The longest stake, in seconds; a multiple of `bucket`.
    uint64 maxTerm;
    /// The work that devices of this pool prove, and its deadlines.
    PocpsParams pocps;
}

/// @notice The numbers of a pool that trades and time change, as of `last`, and what its providers
/// accrue. In storage it is `PackedReserves`.
struct Reserves {
    /// T: wei of PIN in the pool.
    uint128 pin;
    /// R: compute in the pool, Wad.
    uint128 compute;
    /// Z: the sum of the live LP shares, Wad.
    uint128 shares;
    /// K: the sum of the live shares' decay rates, Wad per second.
    uint128 decay;
    /// acc: ∫ (T/Z) dt in Q96. Only differences of it mean anything; it wraps.
    uint256 accQ96;
    /// PIN released to LPs and not collected yet, in wei.
    uint128 escrow;
    /// The time these numbers hold at.
    uint64 last;
    /// No LP expires before this. Without live shares it means nothing.
    uint64 next;
    /// The live LP devices.
    uint32 live;
    /// The pool's weight in block rewards plus 1, Bps; zero if it never had one. Such a pool has no
    /// use for what follows, which is not read for it.
    uint16 weightPlusOne;
    /// What one live LP device accrued if it was live all along, wei × 1e12.
    uint128 perDeviceE12;
    /// The reward day of the last change of the weight.
    uint32 weightDay;
    /// The weight with which that day began, Bps.
    uint16 weightBefore;
}

/// @notice `Reserves` in as few slots as their ranges allow, and so that an operation writes few of them:
/// what time changes is in the first three, what only joining, leaving and expiring change in the
/// fourth. Times have 40 bits: they end in the year 36 812.
struct PackedReserves {
    /// compute · 2^128 + pin
    uint256 pinAndCompute;
    /// escrow · 2^128 + shares
    uint256 sharesAndEscrow;
    /// last − noted, and below 2^232 the low bits of accQ96
    uint256 accAndElapsed;
    /// Whether it was ever weighted, the high bits of accQ96, live, next − noted, noted, decay: 8, 24,
    /// 32, 24, 40 and 128 bits. `noted` is a `last` of before.
    uint256 decayAndSchedule;
    /// Only for a pool that was ever weighted. weightPlusOne, weightBefore, weightDay, perDeviceE12: 16,
    /// 16, 32 and 128 bits
    uint256 accrual;
}

/// @notice A pool of one kind of device.
struct Pool {
    PoolParams params;
    PackedReserves reserves;
    /// The LP expiries to come, a bit for each: bit `i % 256` of word `i / 256` is the time
    /// `i · bucket`.
    mapping(uint256 word => uint256 bits) expiries;
    /// At an LP expiry to come: by how much the decay rate falls there (dK, Wad per second), and above
    /// 2^128 how many devices end. At one that was passed: `acc` (Q96) there. One slot serves both,
    /// for the first is of no use once the second is known, and a pool that idled long pays a quarter
    /// for each expiry.
    mapping(uint64 expiry => uint256 endingThenAccQ96) boundaries;
}

/// @notice The proof that PIN was burned for hours of a pool; not transferable, for one stake.
struct Certificate {
    /// Who burned.
    address owner;
    /// The most that the stake may last, in GPU-seconds.
    uint64 gs;
    /// 2·pool, plus 1 once a stake was made of it: one slot in all.
    uint32 poolAndUsed;
}

/// @notice Where a stake is in its life.
enum StakeState {
    /// The hours token is held outside the pool.
    Held,
    /// The hours are paired with PIN in the pool.
    Liquidity,
    /// The pool owns the hours.
    Sold,
    /// Over, in good order.
    Settled,
    /// Over, by a failed verification.
    Slashed
}

/// @notice One device, staked for a term.
struct Stake {
    /// The owner of the soulbound st-token.
    address provider;
    /// The pool of its kind.
    uint32 pool;
    /// When the device's time ends.
    uint64 expiry;
    /// What it is doing.
    StakeState state;
    /// The holder of the hours token. While the pool has the token (liquidity, sold), the one
    /// who brought it.
    address hoursHolder;
    /// When it was staked.
    uint64 created;
    /// Verifications passed.
    uint32 passed;
    /// The maintenance fee deposited, in wei; zero for an LP.
    uint128 maintenanceFee;
    /// κ: an LP's share per second of remaining time, Wad per second; zero for any other.
    uint128 decay;
    /// `acc` (Q96) up to which an LP was paid.
    uint256 accNotedQ96;
    /// What verified time has brought, before the multipliers, wei × 1e12.
    uint128 earnedE12;
    /// Up to where it is an LP verified: where it joined, or its last proof. Zero for any other.
    uint64 verifiedTo;
    /// What a device of the pool had accrued then, wei × 1e12.
    uint128 perDeviceNotedE12;
    /// The epoch of the last proof, or of joining.
    uint64 epoch;
    /// The proofs that verified it as an LP.
    uint32 proofs;
    /// What these proofs took from challenge to commitment together, in seconds.
    uint64 spent;
    /// The rental sold last; its renter is zero where there is none.
    Rental rental;
}

/// @notice A client's right to a device until a time.
struct Rental {
    /// The holder of the rental token.
    address renter;
    /// When it began; extending keeps this.
    uint64 start;
    /// When it is over.
    uint64 until;
    /// What was paid for this device, rounded down, extensions included, in wei.
    uint128 paid;
    /// Its number.
    uint64 id;
}

/// @notice A `Stake` in storage. What is zero when a device is staked shares slots, which then cost
/// nothing.
struct StakeRecord {
    /// Zero where there is no such stake.
    address provider;
    uint32 pool;
    uint40 expiry;
    StakeState state;
    /// The maintenance fee, or an LP's κ: no stake has both.
    uint128 feeOrDecay;
    uint40 created;
    uint40 verifiedTo;
    uint40 epoch;
    /// Zero: the provider.
    address hoursHolder;
    uint32 passed;
    /// No more proofs, and no more seconds, than a term of 30 days has.
    uint24 proofs;
    uint24 spent;
    uint256 accNotedQ96;
    uint128 earnedE12;
    uint128 perDeviceNotedE12;
    RentalRecord rental;
}

/// @notice A `Rental` in storage.
struct RentalRecord {
    address renter;
    uint40 start;
    uint40 until;
    uint128 paid;
    uint64 id;
}

/// @notice What a device of a pool had accrued when the work of a challenge was committed to.
struct Mark {
    /// The time of the commitment; zero: there is none.
    uint64 time;
    uint128 perDeviceE12;
}

/// @notice The fees of a pool on a reward day that it began with a weight.
struct FeeDay {
    /// All fees, in wei.
    uint128 fees;
    /// The weight with which the day began, Bps.
    uint16 weight;
}

/// @notice A client's fees in a pool on one reward day, in wei, until they are claimed for.
struct ClientFees {
    uint128 paid;
    /// The part of them that was burned.
    uint128 burned;
}

/// @notice What buying costs. `gross = cost + fee`; `burned` is part of `fee`. In wei.
struct BuyQuote {
    uint256 cost;
    uint256 gross;
    uint256 fee;
    uint256 burned;
}

/// @notice What selling brings. `net = out − fee`; `burned` is part of `fee`. In wei.
struct SellQuote {
    uint256 out;
    uint256 net;
    uint256 fee;
    uint256 burned;
}
