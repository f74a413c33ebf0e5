"""China objects to South Korea's presence at NATO summits."""

from simulator.contracts import Levers, Policy

policy = Policy(
    id="red-object-to-attendance",
    title="Red: objection to attendance",
    sources=["galic para 13"],
    by=["CHN"],
    on=["KOR"],
    theaters=["korea"],
    levers=Levers(talk=0.3),
    note="South Korea attended all the same. Sizes are judgement (low).",
)
