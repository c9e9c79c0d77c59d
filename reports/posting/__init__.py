"""Reports and alerts posted to addresses on the web: where they may lead, what is sent, and how it is handed over."""
