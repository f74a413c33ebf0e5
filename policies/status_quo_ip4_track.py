"""Today's course: partners at summits, tailored programmes, worried words, no office."""

from simulator.contracts import Policy

policy = Policy(
    id="status-quo-ip4-track",
    title="Status quo: the IP4 track",
    sources=["galic para 10", "galic para 16"],
    note="The identity: no lever moves. The status quo still has trends and events of its own.",
)
