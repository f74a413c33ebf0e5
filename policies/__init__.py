"""Two Theaters: policies, one file each.  A policy moves levers and asks forums, nothing else."""

BASELINE = "status-quo-ip4-track"  # the identity: what every difference is measured against
