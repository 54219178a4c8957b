"""Reports of finished runs: tables, the page of a sweep, traces of single bookings, folders of figures.

This package formats tidy frames as text and computes nothing about immigration enforcement. Figures come from
:mod:`enforcement_sim.plots`. Nothing here starts a run.
"""
