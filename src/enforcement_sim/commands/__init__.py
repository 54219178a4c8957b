"""Shared parts of the commands: options, reading scenarios and running designs."""
