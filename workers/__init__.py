"""The worker: `python -m workers` runs the searches that the dashboard queues.

`celery` has the application, which `celery -A workers` finds. `search` has the tasks: a job's own,
and the help that it gets; `part_executor` runs one part of a search after another for either, each
in a `search_process`. `live_task` makes a task's states reach browsers, and holds its job's
`lease`; `reporter` paces what it publishes. At its `shutdown` a worker hands its jobs on; while
it's idle its `redelivery` sees to it that no waiting job is forgotten. A task that is over makes it
`wake` for the next. Its `heartbeat` is what people see of it. It is `quiet` towards other workers,
and its `consumer` patient with a Redis that refuses. This package itself imports nothing, so that
`python -m workers` can patch the standard library first.
"""
