"""What people use to show a Celery task's progress, each beside ours, in one run.

`driver` measures, in the environment of this checkout. Each folder is the application of one
system. It runs in an environment of its own (`environments`), and imports nothing of ours but
`updates`.
"""
