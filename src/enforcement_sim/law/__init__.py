"""What was in force: grounds, rules, the timeline of the period, and what words like "criminal" mean in a figure.

Everything here is data with citations. Nothing in this room knows places, people in motion, or the engine.
"""
