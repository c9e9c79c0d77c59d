"""Every write of the reports room: recipients, reports, revisions and deliveries."""
