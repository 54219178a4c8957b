"""What a user may write: scenario files, read, checked and resolved before anything runs.

A scenario says which period and places to simulate, which rules to lay over history, which parameters to set and
which of them to sweep. This room turns the file into one resolved :class:`~enforcement_sim.scenarios.schema.Scenario`
that holds every number the engine will use, or into lines that say what is wrong and where. What may not enter:
anything that runs a model.

``where``, ``own`` (a user's own figures), ``seeds`` and ``schema`` (the models), ``explain`` (their errors in our words),
``mend`` (what is left when the wrong is taken out), ``address`` (dotted names), ``check`` (does the thing named exist?),
``assemble`` (from plain values to a scenario), ``read_sweep`` (is every value possible?), ``load`` (files, names,
``extends``), ``stack`` (several at once; ``conflicts`` and ``overlap`` find what contradicts), ``dump`` (back to a
file). Designs:
``plan`` (their shape), ``spread`` (what an address may be), ``read_plan`` (does it make sense?), ``plan_schema`` (for editors).
"""
