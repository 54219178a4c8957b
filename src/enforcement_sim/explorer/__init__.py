"""The local web app: ``enforcement-sim explore``.

Somebody chooses a place and a period, lays rules over history, and sees what changes for the same synthetic people.
``choices`` (what was chosen, as an address and as a scenario), ``summary`` (what is kept of a run), ``worker_pool``
(processes with progress and cancelling) and ``picture`` (a thinned picture first, the exact one after it) know nothing of
Panel. ``charts``, ``flow``, ``county_map`` and ``timeline`` draw, ``change_tables`` writes, ``lives`` tells two lives. On top of
them are ``controls`` and ``views`` (what can be chosen and looked at), ``session`` (one open page) and ``server``. What may not
enter: a way to simulate or to compare that is not the rooms' below, and anything fetched from another host.
"""
