"""Who: people, teams, roles, calendars and tokens."""
