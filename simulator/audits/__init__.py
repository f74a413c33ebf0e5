"""Audits of the model itself: liveness, screening, sign flips, incidence, and the ODD tables."""
