"""Open boards: what changes on them is sent to the browsers that show them (docs/live.md)."""
