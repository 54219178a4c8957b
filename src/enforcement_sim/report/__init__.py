"""What a person reads: tables of finished runs, the page of a sweep, explanations of single lives, folders of figures.

It turns tidy frames into text that can be read without the code, and computes nothing about immigration enforcement.
Figures come from :mod:`enforcement_sim.plots`. Nothing here starts a run.
"""
