"""What pages of this room ask for; the services say what is acceptable."""
