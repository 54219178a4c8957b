"""Data import: from a government file to a small checked table that can replace an estimate of the package.

``tables.yaml`` declares each table that may be imported: its columns, layouts, ranges and words (``declarations``). A file is
read, and refused where it holds records of persons or places below a county (``files``); its layout is found and it is brought
into one form (``recognise``). The counties of its rows are found (``county_rows``), and each kind is checked by rules of its own
(``kinds``). What passes is written to the user's folder whole or not at all (``stored_tables``), where
``places.imported`` finds it. Nothing here reaches a result but through that table, whose hash is in the run's name.
"""
