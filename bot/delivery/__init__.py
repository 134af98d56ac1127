"""The one road out: who may send when, over which wire, and what became of it."""

import os

# PTB's own switch: durations in its errors are timedeltas. Without it, making a RetryAfter warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")
