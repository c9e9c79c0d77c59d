"""Every write of people and teams; pages, API, commands and imports call the same functions."""
