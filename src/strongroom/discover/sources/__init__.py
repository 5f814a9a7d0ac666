"""One module for each kind of file that expects names or hands them out; all of them pure."""
