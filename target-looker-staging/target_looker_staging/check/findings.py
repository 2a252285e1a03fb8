"""What a look at one thing came to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Answer(str, Enum):
    """Whether a thing is as it must be; the values are what people see."""

    YES = "✓"
    NO = "✗"
    # This user lacks the right to find out.
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what came of it.

    Attributes:
        subject: What was looked at, in the words of the settings.
        note: What was found, or what is wrong and whom to ask for what.
    """

    subject: str
    answer: Answer
    note: str = ""
