"""Many worlds: how many runs, with which seeds, where they are computed, kept, compared and made again.

Everything here is built on one fact: a run is a pure function of a resolved scenario, a seed and the engine. So a run
can be named by the hash of what produced it, computed in any process and any order, kept on disk, and trusted later.
``run`` computes one; ``design`` lists which; ``executors`` says where; ``store`` keeps them whole or not at all;
``sweep`` carries a design out and survives being killed; ``comparison`` is the arithmetic of differences; ``compare``
asks for one. ``who_changed`` follows the same bookings through two runs and counts what became of them, ``histories`` chooses
single ones to look at, and ``divergence`` finds the first decision that differs.
"""
