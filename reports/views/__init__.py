"""The pages of the reports room: a module for each."""
