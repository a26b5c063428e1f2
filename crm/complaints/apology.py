"""Which apology fits: by what it is about, what it did to the customer, and what was said before.

Only names of responses are chosen here; the words stand in `domain.yml`, so that a service lead can read and change them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.complaints.words.story import Effect

CALM, ANGRY = (1, 2), (3, 4)
"""Responses `utter_sorry_<category>_1` … `_4`: two for those who complain, two graver ones for those who are angry."""
SAFETY = ("injury", "leak")
"""Rules of severity.py after which people come before goods: said first, and instead of everything about goods."""
EFFECTS = {
    Effect.PRODUCTION_STOPPED: "utter_sorry_effect_production",
    Effect.VESSEL_MISSED: "utter_sorry_effect_vessel",
    Effect.PERISHABLE: "utter_sorry_effect_perishable",
    Effect.OCCASION_MISSED: "utter_sorry_effect_occasion",
    Effect.CUSTOMER_LOST: "utter_sorry_effect_customer",
    Effect.MONEY: "utter_sorry_effect_money",
    Effect.EFFORT: "utter_sorry_effect_effort",
}


@dataclass(frozen=True)
class Harm:
    """What has to be apologised for."""

    card_id: UUID
    category: str
    effect: Effect | None
    """The gravest thing it did to the customer; None: not told."""
    rules: frozenset[str]
    """Rules of severity.py that spoke."""
    again: bool
    """Something of the kind happened to this customer before."""
    angry: bool


def apology(harm: Harm, used: Collection[str]) -> Sequence[str]:
    """Names of the responses to say, in order; never one of `used`. Empty: everything fitting was said, more would be noise."""
    safety = [f"utter_sorry_{rule}" for rule in SAFETY if rule in harm.rules]
    names = [*safety, *_about_the_matter(harm, used)]
    if harm.again:
        names.append("utter_sorry_again")
    elif harm.effect in EFFECTS and not safety:
        # One more sentence, not two: an apology that goes on and on is about us.
        names.append(EFFECTS[harm.effect])
    return [name for name in names if name not in used]


def _about_the_matter(harm: Harm, used: Collection[str]) -> Sequence[str]:
    """One variation that was not said yet, of the fitting pair first."""
    fitting, others = (ANGRY, CALM) if harm.angry else (CALM, ANGRY)
    # Which of a pair comes first goes by the card, so that the same turn asked twice says the same.
    turned = 1 if harm.card_id.int % 2 else -1
    names = (f"utter_sorry_{harm.category}_{number}" for number in (*fitting[::turned], *others[::turned]))
    return next(([name] for name in names if name not in used), [])
