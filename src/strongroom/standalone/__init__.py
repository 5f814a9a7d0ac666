"""Programs that are handed to others: each is one file and imports nothing of ours."""
