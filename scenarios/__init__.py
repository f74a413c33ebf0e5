"""Two Theaters: scenarios, lenses, parameters, the facts ledger, and their loader."""
