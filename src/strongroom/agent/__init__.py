"""The loop that keeps a room in time: due rotations, ends of grace, reminders, messages."""
