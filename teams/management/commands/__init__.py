"""What `manage.py` can do with people and teams."""
