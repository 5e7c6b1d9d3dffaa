"""The worker: `python -m workers` runs the searches that the dashboard queues.

| module | |
|---|---|
| `celery` | the Celery application, which `celery -A workers` finds |
| `search` | the tasks: a job's own, and help with its parts |
| `part_executor`, `search_process`, `child_process` | run parts, each in its own process |
| `live_task` | a task whose states reach browsers, and which holds its job's `lease` |
| `reporter` | limits the rate of progress events |
| `shutdown` | whether this worker is shutting down: its tasks then requeue their jobs |
| `redelivery` | an idle worker sends lost messages again |
| `heartbeat` | shows the worker in the dashboard |
| `database_retry` | waits while the database is away |
| `consumer`, `no_gossip`, `wake` | how Celery's worker is adapted |

This package itself imports nothing, so that `python -m workers` can patch the standard library
first.
"""
