"""Claims from many threads in a window's last second, while the decision is carried: nothing given twice, none lost."""

import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from random import Random

import pytest
from sqlmodel import col, select

from routing.allocation import Offering, Policy
from routing.decision import Decision
from service.allocation import queries
from service.allocation.actions import claiming
from service.allocation.deciding import solving
from service.allocation.deciding.keeping import is_repeated
from service.allocation.deciding.work import decide_region
from service.allocation.models import Answer, Claim, ClaimState, StoredDecision, Way, WindowState
from service.allocation.windows import open_window
from service.journal.models import Entry
from service.kit.refusals import Refusal
from service.lots import queries as lots_read
from service.lots.models import HOLDING, Lot, LotLine, Share
from tests.allocation.conftest import BREAD, YOGHURT, Stall
from tests.people import REGION, Make, Party

pytestmark = pytest.mark.sealed
SECOND = timedelta(seconds=1)
# As many as a web process answers at once.
HANDS = 12


@dataclass
class Race:
    """Lots about to close, who claims them, and what each claim was answered: a state, or the code of a refusal."""

    stall: Stall
    lots: Sequence[Lot]
    closes_at: datetime
    parties: Sequence[Party]
    answered: list[str] = field(default_factory=list)
    broken: list[BaseException] = field(default_factory=list)

    def run(self, moments: Sequence[timedelta], deciders: int = 2, seed: int = 1) -> None:
        """Every party claims every lot, each at one of these moments from the closing on the claimer's clock, while
        so many workers decide; then the last of them decides what is left."""
        random = Random(seed)
        wishes = [(lot, party) for lot in self.lots for party in self.parties]
        random.shuffle(wishes)
        waiting: SimpleQueue[tuple[Lot, Party, timedelta, Random]] = SimpleQueue()
        for at, (lot, party) in enumerate(wishes):
            waiting.put((lot, party, random.choice(moments), Random(f"{seed}/{at}")))
        done, ready = threading.Event(), threading.Barrier(HANDS + deciders)

        def claims() -> None:
            ready.wait()
            while True:
                try:
                    wish = waiting.get_nowait()
                except Empty:
                    return
                self._claim(*wish)

        def decides(number: int) -> None:
            clock = Random(f"{seed}/decider/{number}")
            ready.wait()
            while not done.is_set():
                self._decide(self.closes_at + clock.choice(moments) + SECOND)

        hands = [threading.Thread(target=self._kept, args=(claims,)) for _ in range(HANDS)]
        workers = [threading.Thread(target=self._kept, args=(decides, number)) for number in range(deciders)]
        for thread in (*hands, *workers):
            thread.start()
        for thread in hands:
            thread.join()
        done.set()
        for thread in workers:
            thread.join()
        assert self.broken == []
        self._decide(self.closes_at + 2 * SECOND)

    def _kept(self, act: object, *given: object) -> None:
        try:
            act(*given)  # type: ignore[operator]  # one of the two above
        except Exception as problem:  # noqa: BLE001  whatever ends a thread must end the test
            self.broken.append(problem)

    def _decide(self, now: datetime) -> None:
        decide_region(self.stall.database, REGION, now)

    def _claim(self, lot: Lot, party: Party, moment: timedelta, random: Random) -> None:
        """All, a part, or no; now and then a second answer at once."""
        for _ in range(random.choice((1, 1, 1, 2))):
            said = random.choices((Answer.ALL, Answer.PART, Answer.NO), (70, 20, 10))[0]
            wanted = {self.stall.first_line(lot): 1000 * random.randint(1, 6)} if said is Answer.PART else None
            try:
                with self.stall.database.transaction() as session:
                    made = claiming.claim(
                        session, who=party.who, lot_id=lot.key, wanted=wanted, way=Way.COLLECT,
                        answer=Answer.NO if said is Answer.NO else None, now=self.closes_at + moment,
                    )  # fmt: skip
                self.answered.append(str(made.state))
            except Refusal as refusal:
                self.answered.append(refusal.code)

    # What must hold whoever was faster

    def check(self) -> Counter[str]:
        """Nothing twice, nothing lost, everything answered and told; how many claims are in each state."""
        with self.stall.database.read() as session:
            held: dict[int, int] = defaultdict(int)
            for share in session.exec(select(Share)).all():
                held[share.line_id] += share.grams if share.state in HOLDING else 0
            for line in session.exec(select(LotLine)).all():
                assert line.free_grams >= 0
                assert line.grams == line.free_grams + held[line.key] + line.left_grams
            claims = session.exec(select(Claim).where(col(Claim.lot_id).in_([lot.key for lot in self.lots]))).all()
            told = defaultdict(list)
            for entry in session.exec(select(Entry).where(Entry.subject == "claim").order_by(col(Entry.id))).all():
                told[entry.subject_id].append(entry.kind)
            for claim in claims:
                shares = lots_read.shares_of_claim(session, claim.key)
                granted = sum(line.grams_granted for line in queries.lines_of_claim(session, claim.key))
                assert granted == sum(share.grams for share in shares)
                assert (granted > 0) == (claim.state == ClaimState.GRANTED)
                ends = [kind for kind in told[claim.key] if kind not in ("claim.made", "claim.answered")]
                assert told[claim.key][0] == "claim.made"
                assert ends == [f"claim.{claim.state}"], (claim.key, told[claim.key])
            granted_at = Counter((one.lot_id, one.site_id) for one in claims if one.state == ClaimState.GRANTED)
            assert set(granted_at.values()) <= {1}
            windows = queries.windows_of_lots(session, [lot.key for lot in self.lots])
            assert {str(window.state) for window in windows.values()} == {WindowState.DECIDED}
            for row in session.exec(select(StoredDecision)).all():
                assert is_repeated(row.inputs, row.output), row.id
        return Counter(str(claim.state) for claim in claims)


def race(stall: Stall, make: Make, lots: int, parties: int) -> Race:
    """So many lots that close at the same minute, and so many who may take them."""
    others = [make.charity(f"Association {n}", people_per_week=20 + 10 * n) for n in range(parties)]
    posted = [stall.post(BREAD if at % 2 else YOGHURT) for at in range(lots)]
    with stall.database.transaction() as session:
        window = open_window(session, session.merge(posted[0]), now=stall.now)
        assert window.closes_at is not None
        closes_at = window.closes_at
    return Race(stall, posted, closes_at, others)


def test_claims_in_the_last_second_against_the_decision(stall: Stall, make: Make) -> None:
    """Sixty claims one second before the end, two workers deciding at the end: each claim has one answer."""
    run = race(stall, make, lots=5, parties=12)
    run.run([-SECOND])
    states = run.check()
    assert sum(states.values()) >= 5
    assert states["pending"] == 0
    with stall.database.read() as session:
        assert sum(lots_read.free_grams(session, lot.key) for lot in run.lots) == 0
    # Whoever came after the decision was told at once, in words, and wrote nothing.
    assert set(run.answered) <= {
        "pending",
        "granted",
        "lot-already-taken",
        "lot-not-open",
        "claimed-already",
        "nothing-asked",
    }


@pytest.mark.parametrize("seed", range(2))
def test_clocks_that_disagree_and_jump_across_the_window(stall: Stall, make: Make, seed: int) -> None:
    """Claimers and workers with clocks minutes apart, forward and back, at once: the window is decided once."""
    run = race(stall, make, lots=3, parties=10)
    minute = timedelta(minutes=1)
    run.run([-8 * minute, -SECOND, SECOND, 3 * minute, 40 * minute], seed=seed)
    assert run.check()["pending"] == 0
    with stall.database.read() as session:
        decided = [[row.key for row in queries.decisions_of_lot(session, lot.key)] for lot in run.lots]
        windows = queries.windows_of_lots(session, [lot.key for lot in run.lots])
    assert all(len(set(keys)) <= 1 + windows[lot.key].rounds for lot, keys in zip(run.lots, decided, strict=True))


def test_back_before_the_end_a_decided_window_stays_decided(stall: Stall, make: Make) -> None:
    """Forward over the end, decided, and back: whoever claims then is granted what is left at once, or refused."""
    run = race(stall, make, lots=1, parties=3)
    lot, (first, second, third) = run.lots[0], run.parties
    line = stall.first_line(lot)
    asked = stall.claim(lot, first.who, wanted={line: 4_000})
    run._decide(run.closes_at + timedelta(minutes=30))
    back = run.closes_at - timedelta(minutes=2)
    assert stall.claim(lot, second.who, wanted={line: 2_000}, now=back).state == ClaimState.GRANTED
    run._decide(back)
    with pytest.raises(Refusal) as late:
        stall.claim(lot, third.who, wanted={line: 1_000}, now=back)
    assert late.value.status == 409
    assert [share.grams for share in stall.shares(asked)] == [4_000]
    assert run.check() == {"granted": 2}


def test_two_workers_carry_the_same_decision_at_the_same_moment(stall: Stall, make: Make) -> None:
    """Both have their answer before either carries it out: one does, the other finds nothing left to do."""
    run = race(stall, make, lots=2, parties=4)
    # Less than there is: the lots stay on offer, so that nothing but the window keeps the second from them.
    for lot in run.lots:
        for party in run.parties:
            stall.claim(lot, party.who, wanted={stall.first_line(lot): 1_000})
    both = threading.Barrier(2)
    decided: list[int] = []

    def solve(offering: Offering, policy: Policy, cancelled: object) -> Decision:
        decision = solving.solve(offering, policy)
        both.wait(20)
        return decision

    def work() -> None:
        decided.append(decide_region(stall.database, REGION, run.closes_at + SECOND, solve=solve))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(decided) == [0, 2]
    run.check()
    with stall.database.read() as session:
        assert len(session.exec(select(StoredDecision)).all()) == 1
        assert len(session.exec(select(Entry).where(Entry.kind == "lot.decided")).all()) == 2


@pytest.mark.slow
def test_a_thousand_claims_in_the_last_second_against_the_decision(stall: Stall, make: Make) -> None:
    """A thousand at once on twenty lots: no kilogram lost, none given twice, each claim answered and journaled."""
    run = race(stall, make, lots=20, parties=50)
    run.run([-SECOND])
    assert len(run.answered) >= 1000
    states = run.check()
    assert states["pending"] == 0
    with stall.database.read() as session:
        assert sum(lots_read.free_grams(session, lot.key) for lot in run.lots) == 0
