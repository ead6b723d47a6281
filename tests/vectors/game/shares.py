"""What bonds and shares come to, in integers: writes shares.json. Written from PROTOCOL 2, 3, 5.3 and 5.4
alone, with nothing of this repository's code. Run as `python3 tests/vectors/game/shares.py`."""

import json
import os

WAD, Q96, BPS, PIN = 10**18, 2**96, 10_000, 10**18
HOUR = 3_600


def ceil(a, b):
    return -(-a // b)


class Market:
    """One pool. Everybody begins with a million PIN."""

    def __init__(self, fee_bps, burn_share_bps, collateral_bps, accuser_bps, bond):
        self.rules = dict(
            fee_bps=fee_bps, burn_share_bps=burn_share_bps, collateral_bps=collateral_bps,
            accuser_bps=accuser_bps, bond=bond,
        )
        self.T = self.R = self.Z = self.K = self.acc = self.escrow = self.last = 0
        self.balances = [1_000_000 * PIN] * 5
        self.burned, self.stakes, self.accusations = 0, [], []

    def advance(self, t):
        dt, self.last = t - self.last, t
        if dt and self.Z:
            d = self.K * dt
            released = ceil(self.T * d, self.Z)
            self.acc += self.T * Q96 // self.Z * dt
            self.R -= ceil(self.R * d, self.Z)
            self.T -= released
            self.escrow += released
            self.Z -= d

    def stake(self, t, who, expiry):
        h = (expiry - t) * WAD
        fee = ceil(ceil(self.T * h, self.R) * self.rules["collateral_bps"], BPS) if self.R else 0
        self.balances[who] -= fee
        self.stakes.append(dict(who=who, expiry=expiry, fee=fee, decay=0, noted=0, rental=None))

    def join(self, t, stake, tokens, decay):
        s = self.stakes[stake]
        h = s["expiry"] - t
        self.balances[s["who"]] += s["fee"] - tokens
        s.update(fee=0, decay=decay, noted=self.acc)
        self.T += tokens
        self.R += h * WAD
        self.Z += decay * h
        self.K += decay

    def open(self, t, stake, tokens):
        self.join(t, stake, tokens, WAD)

    def add(self, t, stake):
        h = self.stakes[stake]["expiry"] - t
        self.join(t, stake, ceil(self.T * h * WAD, self.R), self.Z * WAD // self.R)

    def rent(self, t, who, stake, until):
        h = (until - t) * WAD
        cost = ceil(self.T * h, self.R - h)
        gross = ceil(cost * BPS, BPS - self.rules["fee_bps"])
        burned = (gross - cost) * self.rules["burn_share_bps"] // BPS
        self.balances[who] -= gross
        self.burned += burned
        self.T += gross - burned
        self.R -= h
        self.stakes[stake]["rental"] = dict(who=who, start=t, until=until, paid=gross)

    def accuse(self, t, who, stake, sample):
        self.balances[who] -= self.rules["bond"]
        self.accusations.append(dict(who=who, stake=stake, sample=sample, open=True))

    def prove(self, t, stake, sample):
        one = self.accused(stake, sample)
        one["open"] = False
        self.balances[self.stakes[stake]["who"]] += self.rules["bond"]

    def accused(self, stake, sample):
        return next(a for a in self.accusations if (a["stake"], a["sample"]) == (stake, sample))

    def convict(self, t, stake, sample):
        """The stake fails by a sample; returns what is told of it."""
        s = self.stakes[stake]
        forfeit, pending = s["fee"], 0
        if s["decay"]:
            share = s["decay"] * (s["expiry"] - t)
            forfeit = self.T * share // self.Z
            pending = s["decay"] * (self.acc - s["noted"]) // Q96
            self.R -= ceil(self.R * share, self.Z)
            self.T -= forfeit
            self.Z -= share
            self.K -= s["decay"]
            self.escrow -= pending
        rental, refund = s["rental"], 0
        if rental and t < rental["until"]:
            unused, bought = rental["until"] - t, rental["until"] - rental["start"]
            refund = min(rental["paid"] * unused // bought, forfeit * unused // (s["expiry"] - t))
            self.balances[rental["who"]] += refund
        renter = rental["who"] if rental and t < rental["until"] else None
        still = [a for a in self.accusations if a["stake"] == stake and a["open"]]
        paid = next((a for a in still if a["who"] != renter), None) or self.accused(stake, sample)
        bps = 0 if paid["who"] == renter else self.rules["accuser_bps"]
        part = (forfeit - refund) * bps // BPS
        burned = pending + forfeit - refund - part
        self.balances[paid["who"]] += self.rules["bond"] + part
        paid["open"] = False
        self.burned += burned
        return dict(sample=paid["sample"], accuser=paid["who"], refund=refund, share=part, burned=burned)

    def take_back(self, t, stake, sample):
        """The bond of an accusation of a stake that another one failed."""
        one = self.accused(stake, sample)
        one["open"] = False
        self.balances[one["who"]] += self.rules["bond"]


def case(name, rules, steps):
    market, told = Market(**rules), []
    for step in steps:
        t, op, *arguments = step
        market.advance(t)
        # These only advance the pool: open an epoch, commit, record a beacon.
        result = getattr(market, op)(t, *arguments) if hasattr(market, op) else None
        if result:
            told.append(result)
    words = lambda found: {k: str(v) if k in ("refund", "share", "burned") else v for k, v in found.items()}
    return dict(
        name=name, rules={**rules, "bond": str(rules["bond"])},
        steps=[[str(x) if isinstance(x, int) and x >= PIN else x for x in step] for step in steps],
        convicted=[words(found) for found in told],
        final=dict(
            balances=[str(b) for b in market.balances], burned=str(market.burned),
            T=str(market.T), R=str(market.R), Z=str(market.Z), escrow=str(market.escrow),
            bonds=str(sum(market.rules["bond"] for a in market.accusations if a["open"])),
        ),
    )


RULES = dict(fee_bps=30, burn_share_bps=5_000, collateral_bps=20_000, accuser_bps=3_000, bond=25 * PIN)
# Two LPs, of accounts 0 and 1, an hour before the epoch in which all happens.
LAID = [
    [0, "stake", 0, 20 * HOUR], [0, "open", 0, 40 * PIN], [7, "stake", 1, 31 * HOUR], [7, "add", 1],
]
AT = HOUR + 12
ASKED = [[HOUR, "epoch"], [AT, "commit", 0]]
END = AT + 121

CASES = [
    ("an LP accused by one", RULES,
     [*LAID, *ASKED, [AT + 3, "accuse", 3, 0, 5], [END, "convict", 0, 5]]),
    ("the highest share, in wei that do not divide", {**RULES, "accuser_bps": 5_000, "bond": PIN + 1},
     [*LAID, *ASKED, [AT + 1, "accuse", 3, 0, 0], [END + 77, "convict", 0, 0]]),
    ("no share", {**RULES, "accuser_bps": 0, "bond": 0},
     [*LAID, *ASKED, [AT + 1, "accuse", 3, 0, 0], [END, "convict", 0, 0]]),
    ("the earliest of three is paid, and the others take their bonds back", RULES,
     [*LAID, *ASKED, [AT + 3, "accuse", 3, 0, 9], [AT + 3, "accuse", 2, 0, 4], [AT + 4, "accuse", 4, 0, 1],
      [END, "convict", 0, 1], [END + 1, "take_back", 0, 4], [END + 9, "take_back", 0, 1]]),
    ("an answered accusation is the provider's", RULES,
     [*LAID, *ASKED, [AT + 3, "accuse", 3, 0, 9], [AT + 3, "accuse", 2, 0, 4], [AT + 5, "beacon", 0, 9],
      [AT + 6, "prove", 0, 9], [END, "convict", 0, 4]]),
    ("a client is refunded first", RULES,
     [*LAID, [60, "rent", 4, 0, 4 * HOUR], *ASKED, [AT + 3, "accuse", 3, 0, 9], [END, "convict", 0, 9]]),
    ("a refund is at most what the forfeit covers", RULES,
     [*LAID, [60, "rent", 4, 1, 28 * HOUR], [61, "rent", 2, 0, 19 * HOUR], *ASKED,
      [AT + 3, "accuse", 3, 0, 9], [END, "convict", 0, 9]]),
    ("who rents the device is not paid, and the next is", RULES,
     [*LAID, [60, "rent", 4, 0, 4 * HOUR], *ASKED, [AT + 3, "accuse", 4, 0, 2], [AT + 4, "accuse", 3, 0, 9],
      [END, "convict", 0, 2]]),
    ("who rents the device has the bond alone", RULES,
     [*LAID, [60, "rent", 4, 0, 4 * HOUR], *ASKED, [AT + 3, "accuse", 4, 0, 2], [END, "convict", 0, 2]]),
    ("a held stake forfeits its fee", RULES,
     [[0, "stake", 1, 31 * HOUR], [0, "open", 0, 62 * PIN + 7], [13, "stake", 0, 17 * HOUR], [HOUR, "epoch"],
      [AT, "commit", 1], [AT + 3, "accuse", 3, 1, 9], [END, "convict", 1, 9]]),
    ("the last LP's share is all of the reserves", RULES,
     [[0, "stake", 0, 20 * HOUR], [0, "open", 0, 40 * PIN], *ASKED, [AT + 3, "accuse", 3, 0, 9],
      [END, "convict", 0, 9]]),
]

if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "shares.json"), "w") as file:
        json.dump([case(*one) for one in CASES], file, indent=1)
        file.write("\n")
