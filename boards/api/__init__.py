"""The resources of the boards room in the REST API."""
