"""The local web app: ``enforcement-sim explore``.

A user chooses a place and a period, changes rules, and sees what changes for the same synthetic people. ``choices`` (the
user's choices as an address and as scenarios), ``summary`` (the arrays cached of a run), ``worker_pool`` (processes with
progress and cancelling) and ``picture`` (a thinned result first, the exact one after it) do not use Panel. ``charts``,
``flow``, ``county_map`` and ``timeline`` draw, ``change_tables`` makes tables and text, ``two_histories`` compares single
bookings. ``controls`` and ``views`` are the widgets, ``session`` is one open page, and ``server`` serves it. Runs and
comparisons come from the packages below, and nothing is fetched from another host.
"""
