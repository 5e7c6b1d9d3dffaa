"""Energy Island's search: what to install on a site, how large, and how to run it.

The way of the data: requirement -> check -> resolve -> island -> days -> model -> solver -> plan
-> graph, in that order in `search`. Whoever uses this package needs only the names below.
"""

from algorithm.catalogue import CATALOGUE, Device
from algorithm.check import check
from algorithm.errors import FieldError, Infeasible, RequirementError, Stopped
from algorithm.progress import Progress
from algorithm.requirement import Options, Requirement
from algorithm.samples import SAMPLES, load_sample
from algorithm.search import run_search

__all__ = [
    "CATALOGUE",
    "SAMPLES",
    "Device",
    "FieldError",
    "Infeasible",
    "Options",
    "Progress",
    "Requirement",
    "RequirementError",
    "Stopped",
    "check",
    "load_sample",
    "run_search",
]
