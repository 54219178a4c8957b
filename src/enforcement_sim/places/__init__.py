"""The places of the simulation and the institutions in them: counties, jails, states, field offices, headquarters."""
