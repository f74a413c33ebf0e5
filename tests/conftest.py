"""Hypothesis profiles.  HYPOTHESIS_PROFILE=thorough tries many new examples."""

import os

from hypothesis import settings

settings.register_profile("default", derandomize=True, max_examples=50, deadline=None)
settings.register_profile("thorough", max_examples=1_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
