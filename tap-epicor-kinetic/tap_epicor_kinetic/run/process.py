"""How the process is set up before the first page: memory, garbage collector, pipe.

None of it changes what is read or written; without it reading takes a third longer.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress

# glibc's malloc.h; see mallopt(3).
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_LARGEST_BLOCK = 256 * 1024 * 1024

_PIPE_BYTES = 1024 * 1024
"""As much as Linux grants without privileges (/proc/sys/fs/pipe-max-size)."""

_OBJECTS_BEFORE_COLLECTION = 50_000


def prepare() -> None:
    """Set the process up for pages of about a megabyte that come and go."""
    _keep_large_blocks()
    _calm_collector()
    _widen_pipe()


def _keep_large_blocks() -> None:
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


def _calm_collector() -> None:
    """Leave what was imported out of every later collection, and collect less often.

    Records are bytes, which refer to nothing; there is next to nothing to find.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)


def _widen_pipe() -> None:
    """Let a whole page stand in the pipe to the target, so that neither waits for the other.

    A pipe holds 64 KiB by default, and each filling of it is a change of process.
    """
    if not sys.platform.startswith("linux"):
        return
    import fcntl  # noqa: PLC0415 - not there on every system

    # No pipe at all, or the user's share of pipe memory is used up.
    with suppress(OSError, ValueError, AttributeError):
        fcntl.fcntl(sys.stdout.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
