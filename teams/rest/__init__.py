"""The plumbing that every room's REST API stands on: errors, pages, tokens, idempotency."""
