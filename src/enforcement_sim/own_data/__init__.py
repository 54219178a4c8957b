"""From a government file to a small checked table: what a user has downloaded, made fit to replace an estimate.

A file is read (``table``), recognised by its columns and refused if it holds persons or places below a county
(``columns``), its counties are found by code or name (``places``), and each kind is checked by rules of its own
(``activation``, ``noncitizens``, ``bookings``, with the cells of ``cells``). What passes is written to the user's folder
whole or not at all (``keep``), where ``world.imported`` finds it; ``published`` says where such files come from. Nothing
here reaches a result but through that table, whose hash is in the run's name.
"""
