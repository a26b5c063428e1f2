"""Training steps that do not need each other run at the same time, on as many processors as there are (at most four).

In processes, not threads: the solver draws from one random generator a process, and training must give the same twice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from joblib import Parallel, delayed

Result = TypeVar("Result")

MOST_WORKERS = 4


def side_by_side(function: Callable[..., Result], tasks: Iterable[tuple[Any, ...]], *, large: bool) -> list[Result]:
    """Return what `function` makes of each task, in order; one after the other unless the work is `large`.

    Starting a process takes a second or two. Function, tasks and results must be picklable.
    """
    if not large:
        return [function(*task) for task in tasks]
    workers = min(
        MOST_WORKERS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    results: list[Result] = Parallel(n_jobs=workers)(delayed(function)(*task) for task in tasks)
    return results
