"""The pages of the boards room: the board, the item, triage and the trash."""
