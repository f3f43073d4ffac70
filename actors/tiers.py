"""Whose word counts how much: the tier of a mandate, from its role. Pure; printed on the methodology page.

Tier 1 and 2 move the line of the state or organisation they speak for, tier 3 is a voice only.
"""

from __future__ import annotations

TIER_1_ROLES = (
    "head_of_state",
    "head_of_government",
    "foreign_minister",
    "defence_minister",
    "secretary_general",
    "commission_president",
    "council_president",
    "high_representative",
)
TIER_2_ROLES = (
    "spokesperson",
    "ambassador_to_nato",
    "national_security_adviser",
    "special_envoy",
    "vice_president",
    "deputy_secretary_general",
    "commissioner",
)
COLLECTIVE_TIER = 1  # a state or organisation itself is the holder
LINE_TIERS = (1, 2)


def tier_of(role: str, *, speaks_for: bool, ceremonial: bool = False) -> int:
    """Return 1, 2 or 3. Whoever does not speak for anybody, or only ceremonially, is a voice: 3."""
    if ceremonial or not speaks_for:
        return 3
    if role in TIER_1_ROLES:
        return 1
    return 2 if role in TIER_2_ROLES else 3
