"""What it costs, and how that grows: a command each, results in README.md."""
