"""The API of the imports room."""
