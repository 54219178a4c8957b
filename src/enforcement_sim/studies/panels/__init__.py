"""Panels of counties and months from a run, with treatment dates and covariates, for pandas, R and Stata."""
