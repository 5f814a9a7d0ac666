"""The inventory: a view over secrets, their use and the policy; nothing of its own to update."""
