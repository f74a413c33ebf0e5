"""Figures: what is drawn, how it looks, the words beside it; `simulator.charts` hands them out."""
