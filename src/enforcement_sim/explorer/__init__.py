"""The local web app: ``enforcement-sim explore``.

A user chooses a place and a period, changes rules, and sees what changes for the same synthetic people. ``choices`` (the
user's choices as an address and as scenarios), ``summary`` (the arrays cached of a run), ``worker_pool`` (processes with
progress and cancelling) and ``picture`` (a thinned result first, the exact one after it) do not use Panel. ``charts``,
``flow``, ``county_map`` and ``timeline`` draw, ``change_tables`` makes tables and text. ``two_histories`` says why a number
differs, with ``who_changes`` (the people counted under one scenario alone), ``evidence`` (rules and parameters with their
sources) and ``why_links``. ``page_memory`` joins what is tried (``trials``), saved (``saved_scenarios``) and taken away
(``scenario_text``) with the browser (``browser_link``); ``doubt`` runs sets of parameters in the background. ``controls`` and
``views`` are the widgets, ``session`` is one open page, and ``server`` serves it, and with ``county_pages`` the page of a
county. Runs and comparisons come from the packages below, and nothing is fetched from another host.
"""
