"""Prefect flows, thin: they hand batches to runners and watch them; what a batch does is in `hmworld.produce`.

The only place of the project that imports Prefect, and only inside `generate` and `forks`: `prepare` and `settings` do without.
"""
