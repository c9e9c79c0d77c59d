"""The payloads of other systems, mapped to tickets without touching the database."""
