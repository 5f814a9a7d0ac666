"""Git's packs, read by ourselves.

A pack keeps most versions of a file as what differs from another version. Git puts them together
again, and whoever asks git for every version reads the same lines again and again. Here the
differences are kept: a line that was looked at in one version is not looked at in the next.
What is in any way unusual is left to git.
"""
