"""What the engine looks for: rules, read from data files."""
