"""What a room can answer of the policy: facts that it collects, and the rules over them."""
