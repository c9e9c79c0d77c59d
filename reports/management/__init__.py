"""What the boards room adds to `manage.py`."""
