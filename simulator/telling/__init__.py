"""Tellers of events, by theme: `TELL` maps a question to a function of (decision, state before,
quarter) that returns an event or nothing; `NEWS` lists functions of (before, after, quarter)."""
