"""One parent for web, worker, beat and the private broker: `manage.py up`."""
