"""One module for each kind of target; `interface` is what all of them promise."""
