"""A believable mid-sized manufacturer in two companies, with 24 months of books that agree."""

from sandbox.company.generation import Counts, build, generate
from sandbox.company.next_day import Changes, next_working_day

__all__ = ["Changes", "Counts", "build", "generate", "next_working_day"]
