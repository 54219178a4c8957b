"""Data import: from a government file to a small checked table that can replace an estimate of the package.

``tables.yaml`` declares each table that may be imported: its columns, layouts, ranges and words. A file is read (``files``), its
layout is found (``recognise``) and brought into one form (``table``); records of persons and places below a county are refused
(``refused``). The counties of its rows are found (``places``, ``rows``), and each kind is checked by rules of its own
(``activation``, ``noncitizens``, ``bookings`` with ``groups``). What passes is written to the user's folder whole or not at all
(``store``), where ``world.imported`` finds it. Nothing here reaches a result but through that table, whose hash is in the run's
name.
"""
