"""Energy Island's search: what to install on a site, how large, and how to run it.

Data flow: files -> requirement -> island -> model -> solve -> plan. Each is a package that imports
only those before it, and `components`, which holds the kinds of device. `search` runs this chain in
stages. The names below are the public interface.
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
