"""What is believed: every number the model uses, with its unit, range, source and grade.

``parameters.yaml`` is the register that people read and edit; ``register.py`` checks it and hands it out. A number
that the model uses and that a reader might doubt belongs here, under a dotted address such as
``detainer.hold_hours``, and nowhere else. What may not enter: rules (they are in ``law``), and anything that knows
places or people.
"""
