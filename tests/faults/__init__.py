"""The line under faults: broken at some moment, run again, and held against the source."""
