"""What an application imports. It knows names and values, and nothing of a room's insides."""
