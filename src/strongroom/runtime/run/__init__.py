"""`strongroom run`: a command with its secrets, without them in what it prints.

The process that was called stays between the command and its output; a second one, the keeper,
starts the command, waits for it and cleans up behind both.
"""
