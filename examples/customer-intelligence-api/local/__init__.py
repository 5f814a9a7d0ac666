"""What a laptop has in place of the providers, and a `.env` to start with. Not for a deployment."""
