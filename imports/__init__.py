"""In: tickets from other systems."""
