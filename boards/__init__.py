"""What: boards, columns, work items, their history and classification."""
