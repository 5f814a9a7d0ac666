"""Where pieces come from: folders, histories, streams, archives."""
