"""Tables: one model of a table of text, how numbers stand in it, and how it is written for other programs."""
