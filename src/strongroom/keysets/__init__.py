"""What applications do with keys of their own, in forms that the room and the runtime share."""
