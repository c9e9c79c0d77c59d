"""What the templates of boards may use beyond the parts of every page."""
