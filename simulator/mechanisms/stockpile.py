"""What is fixed about munitions (M6): full stocks, usual output, the start; $bn by class."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, by_last
from simulator.mechanisms.posture import once
from simulator.setting import Setting
from simulator.tally import total
from simulator.world import CLASSES


def arms(at: Setting) -> Floats:
    """Value of every actor's arms at the start, $bn-equivalent, (runs, actors)."""
    return once(at, "arms", at.futures.arms)


def peacetime(at: Setting) -> Floats:
    """Munitions that a full stock holds, (runs, actors, classes)."""
    return once(at, "peacetime munitions", lambda: _peacetime(at))


def _peacetime(at: Setting) -> Floats:
    shares = np.stack([at.futures.trait(f"{name}_share") for name in CLASSES], axis=-1)
    return by_last((arms(at) * at.futures.trait("munitions_stock"))[..., None] * shares)


def start_stock(at: Setting) -> Floats:
    """Munitions at the start, (runs, actors, classes)."""
    left = at.futures.trait("stock_left")[..., None]
    return once(at, "start munitions", lambda: peacetime(at) * left)


def usual_output(at: Setting) -> Floats:
    """Munitions made in a quarter of peace, (runs, actors, classes)."""
    depth = at.futures.trait("munitions_depth")[..., None]
    return once(at, "usual output", lambda: peacetime(at) * depth)


def split(at: Setting) -> Floats:
    """How an actor's munitions split over classes, sum 1, (runs, actors, classes)."""
    return once(at, "class split", lambda: _split(at))


def _split(at: Setting) -> Floats:
    full = peacetime(at)
    return full / np.maximum(total(full), 1e-12)[..., None]
