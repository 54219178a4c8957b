"""The slow twin: the process of docs/process.md written a second time, one Mesa agent per arrestee, in plain Python.

The compiled engine and the twin share the words, the law, the register, the draws and the tables made from parameters;
everything that happens to anyone is written twice. ``compare`` says in words where two ledgers differ.
"""
