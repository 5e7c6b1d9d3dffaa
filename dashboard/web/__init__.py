"""The HTTP interface and the pages.

Public: the blueprints of `api`, `drafts`, `pages`, `legacy`, `openapi` and `health`, and the
`init_app` of `errors` and `vite`, for `create_app()`.
"""
