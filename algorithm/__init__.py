"""Energy Island's search: what to install on a site, how large, and how to run it.

The way of the data: files -> requirement -> island -> model -> solve -> plan, each a package that
imports only those before it, and all of them `components`, the kinds of which an island is made;
`search` goes that way in stages. Whoever uses this package needs only the names below.
"""

import signal
import sys

if sys.argv[:1] == ["-m"] and sys.orig_argv[sys.orig_argv.index("-m") + 1] == __name__:
    # `python -m algorithm`: Ctrl-C while all this is imported ends it without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from algorithm.errors import Failed, FieldError, Infeasible, RequirementError, Stopped
from algorithm.requirement.catalogue import CATALOGUE, Device
from algorithm.requirement.options import Options
from algorithm.requirement.schema import Requirement
from algorithm.requirement.validation import check
from algorithm.samples import SAMPLES, load_sample
from algorithm.search.outcome import Outcome
from algorithm.search.part import Part
from algorithm.search.parts import parts_of, result_of
from algorithm.search.progress import Overall, Progress
from algorithm.search.search import run_search

__all__ = [
    "CATALOGUE",
    "SAMPLES",
    "Device",
    "Failed",
    "FieldError",
    "Infeasible",
    "Options",
    "Outcome",
    "Overall",
    "Part",
    "Progress",
    "Requirement",
    "RequirementError",
    "Stopped",
    "check",
    "load_sample",
    "parts_of",
    "result_of",
    "run_search",
]
