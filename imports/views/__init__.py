"""The pages of the imports room, and the address to which connected sources send."""
