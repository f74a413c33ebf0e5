"""Military staff talks between NATO and China go on."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="nato-china-staff-talks",
    title="Staff talks with China",
    sources=["galic para 5"],
    public=False,
    levers=Levers(channel=0.15),
    note=(
        "More of what runs since 2010; that Beijing takes part is taken as given. Sizes are "
        "judgement (low)."
    ),
)
