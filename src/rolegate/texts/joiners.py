"""Joiners that change the letters or the emoji beside them; imported where a text has one.

Persian writes `می‌خواهم` with a zero width non-joiner, Hindi and Sinhala choose the form of a letter with
either joiner, and a family is several emoji that a zero width joiner makes one. Anywhere else a joiner is
an invisible character, and is shown as an escape.
"""

from __future__ import annotations

import re

_ARABIC = "\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f"
"""Letters of the Arabic script."""
_POINTS = "\u064b-\u065f\u0670"
"""Vowels written above and below these letters."""
_VIRAMA = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca"
"""Signs of Indic scripts that take the vowel from a letter, so that it joins the next one."""
_EMOJI = (
    "\u203c-\u2b55\u3030\u303d\u3297\u3299\U0001f004-\U0001f1e5\U0001f201-\U0001f3fa\U0001f400-\U0001f6ff\U0001f7e0-\U0001f7f0"
    "\U0001f90c-\U0001f9ff\U0001fa70-\U0001faff"
)
_JOINED = (
    "\u2194\u2195\u2640\u2642\u2695\u2696\u26a7\u2708\u2744\u2764\u27a1\u2620\u2b1b"
    "\U0001f308\U0001f32b\U0001f33e\U0001f373\U0001f37c\U0001f384\U0001f393\U0001f3a4\U0001f3a8\U0001f3eb"
    "\U0001f3ed\U0001f430\U0001f466-\U0001f469\U0001f48b\U0001f4a5\U0001f4a8\U0001f4ab\U0001f4bb\U0001f4bc"
    "\U0001f525\U0001f527\U0001f52c\U0001f5e8\U0001f680\U0001f692\U0001f7e9\U0001f7eb\U0001f91d\U0001f9af-\U0001f9b3"
    "\U0001f9ba\U0001f9bc\U0001f9bd\U0001f9d1-\U0001f9d2\U0001fa70\U0001fa79\U0001faef"
)
"""What follows a joiner in an emoji: signs of men and women, tools, colours of hair, members of families."""
_TONES = "\U0001f3fb-\U0001f3ff"

_MEANT = re.compile(
    f"(?<=[{_ARABIC}{_POINTS}])\u200c(?=[^\\W_])"  # a word of Persian, and what is added to it
    f"|(?<=[^\\W_])\u200c(?=[{_ARABIC}])"  # the same after a Latin word or a digit
    "|(?<=\u0647)\u200d(?![^\\W_])"  # the letter heh as an abbreviation
    f"|(?<=[{_VIRAMA}])[\u200c\u200d]"
    f"|(?<=[\u0904-\u0df5])\u200d(?=[{_VIRAMA}])"
    f"|(?<=[{_EMOJI}\ufe0f{_TONES}])\u200d(?=[{_JOINED}])"
)


def joiners_shown(text: str) -> str:
    """*text* with a visible mark for each joiner that changes what is beside it; it is as long as before."""
    return _MEANT.sub("+", text)


def as_one_emoji(text: str) -> str:
    """*text* with the first of each emoji that joiners make one, which is as wide as all of it."""
    return _JOINED_EMOJI.sub("", text)


_JOINED_EMOJI = re.compile(f"(?<=[{_EMOJI}\ufe0f{_TONES}])\u200d[{_JOINED}][\ufe0f{_TONES}]*")
