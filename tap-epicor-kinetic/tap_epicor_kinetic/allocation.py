"""How the C library hands out page-sized memory."""

from __future__ import annotations

import ctypes
import sys

# glibc's malloc.h; see mallopt(3).
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_LARGEST_BLOCK = 256 * 1024 * 1024


def keep_large_blocks() -> None:
    """Let the process keep memory that it freed, for the next page.

    By default glibc gives blocks of a page's size back to the system at once and gets them anew,
    zeroed, a moment later; that is a quarter of all the time that reading pages takes. What is kept
    is bounded by what was in use. Other C libraries are left as they are.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(_M_MMAP_THRESHOLD, _LARGEST_BLOCK)
    mallopt(_M_TRIM_THRESHOLD, _LARGEST_BLOCK)
