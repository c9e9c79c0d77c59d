"""The commands of the boards room."""
