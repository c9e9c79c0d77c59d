"""The pages of people and teams."""
