"""How fast, and how much memory: both drivers, peers, a compiled limit, growth, sweeps to disk.

Only `wargame bench` and `python -m simulator.bench` come here; no result depends on it.
"""
