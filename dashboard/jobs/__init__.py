"""A job from its submission to its end, in the database.

Public: `lifecycle`, each step of a job; `parts`, the parts of its search; `permissions`, which jobs
a person sees and may act on; `summaries` and `interim` for people who watch; `liveness`, `rescue`
and `preemption` for the loops that look after jobs.
"""
