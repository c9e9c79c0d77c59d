"""Makes teams what a TOML file declares: read strictly, compared, and changed through the rooms' services."""
