"""Errors that teach: what is wrong, where, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """Something the user gave is wrong; nothing was run or written.

    `message` says what is wrong, `where` the file, line or field, `hint` what to do.
    """

    def __init__(self, message: str, where: str | None = None, hint: str | None = None) -> None:
        self.message, self.where, self.hint = message, where, hint
        text = f"{where}: {message}" if where else message
        super().__init__(f"{text} {hint}" if hint else text)


class ContractError(InputError):
    """A plug-in (policy, rule, lens) breaks the contract that all plug-ins share."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint naming the closest known ids, for an unknown one."""
    known = sorted(str(k) for k in known)
    close = difflib.get_close_matches(str(name), known, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(repr(c) for c in close)}?"
    shown = ", ".join(known[:12]) + (" …" if len(known) > 12 else "")
    return f"Known: {shown}."
