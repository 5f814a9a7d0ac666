"""Where an application's secrets are kept when they do not lie beside it: a room, or a server."""
