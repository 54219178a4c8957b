"""Runs: how many, with which seeds, where they are computed, stored, compared and reproduced.

A run is a pure function of a resolved scenario, a seed and the engine. It is named by the hash of what produced it
(``provenance``), so it can be computed in any process and any order, stored, and checked later.

==========================================  ===========================================================================
``run``                                     one run, and what computes runs
``design``, ``sampling``                    which runs there are: points, draws of uncertain parameters, seeds
``sweep``, ``worker``, ``executors``        computing a design in processes or on a cluster, resuming it, ending it by a rule
``store``, ``manifest``, ``summaries``      a results folder: its runs, what it says of itself, its tables
``atomic_files``                            files that are written whole or not at all
``sweep_result``, ``status``                reading a folder: its results, and what is missing
``reproduce``, ``stored_runs``              computing stored runs again and comparing them with what is stored
``compare``, ``comparison``                 scenarios or sweeps on the same seeds, and the table of their differences
``cost_bridge``                             how each payer's net cost comes about
``transitions``, ``divergence``             outcomes of the same bookings under two scenarios; the first decision that differs
``recorded_runs``                           runs whose bookings are looked at one by one
``sensitivity``, ``ema_export``             Sobol' indices, Shapley shares, and sweeps for the EMA workbench
``estimate``                                what a sweep will cost
==========================================  ===========================================================================
"""
