"""The report as mail: what it says, how it looks, and how it is handed to a mail server."""
