"""What a person looks at: figures and tables of finished runs.

This room turns tidy frames into pictures and tables that can be read without the code. It computes nothing about
immigration enforcement: every number drawn here was counted by the engine and is written beside the picture as CSV.
Each figure is one module with two functions, ``numbers`` (the frame that is drawn and saved) and ``draw`` (the picture
of exactly that frame); ``figures`` gathers them and reads whole result folders. Nothing here starts a run.
"""

from enforcement_sim import words as words  # the same words for figures as for what stands below this room
