"""Two Theaters: governments. Their Mesa agents, decision rules and traits."""
