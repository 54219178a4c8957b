"""The local web app: ``enforcement-sim explore``.

Somebody chooses a place and a period, lays rules over history, and sees what changes for the same synthetic people.
The pure parts know nothing of Panel: ``state`` (what was chosen, as an address and as a scenario), ``summary`` (what is
kept of a run), ``crew`` (worker processes with progress and cancelling), ``answer`` (a thinned picture first, the exact
one after it), ``flow``, ``plots``, ``county_map`` and ``timeline`` (what is drawn), ``tables`` (what is written) and
``two_lives``. On top of them ``controls`` and ``views`` (what can be chosen and looked at), ``session`` (one open page),
``opening`` (filling and freeing it), ``door`` (who is answered) and ``serving``. What may not enter: a way to simulate or to
compare that is not the rooms' below, and anything fetched from another host.
"""
