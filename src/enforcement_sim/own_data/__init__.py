"""From a government file to a small checked table: what a user has downloaded, made fit to replace an estimate.

A file is read (``files``), recognised by the layouts in which such tables are published (``layouts``, ``recognise``) and
refused if it holds persons or places below a county (``persons``). Its counties are found by code or name (``places``), and
each kind is checked by rules of its own (``activation``, ``noncitizens``, ``bookings`` with ``groups``; ``cells`` reads days,
months and counts). What passes is written to the user's folder whole or not at all (``keep``), where ``world.imported`` finds
it; ``published`` says where such files come from. Nothing here reaches a result but through that table, whose hash is in
the run's name.
"""
