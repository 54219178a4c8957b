"""The slow twin: the process of docs/process.md written a second time, one Mesa agent per followed arrestee, in plain
Python.

The compiled engine and the twin share the words, the law, the register, the draws and the tables made from parameters;
everything that happens to anyone is written twice. ``compare`` says in words where two ledgers differ.

A person's story is told by four classes, each adding a part of the page to the one before it: ``booking`` (the jail
door), ``finding`` (a programme finds a person), ``after_custody`` (prison, ICE custody, the docket) and ``arrestee``
(the jail and the hold, and when to look next).
``charge`` says who comes to the door and who does not after all,
``counted`` is the stream of bookings that are not followed, ``prisoner`` who is in prison before the first day,
``institutions`` what counties, field offices and headquarters decide by themselves; ``people`` keeps what outlasts a
booking, and ``growth`` has the shares that grow or differ. ``test_world`` computes what the places are told at the start.
"""
