"""The report as every face shows it."""
