"""One reader for each part of the policy: a `Source` in, a value of `model.policy` out.

A reader never fails on a document, except by a limit on its size. What it cannot read it notes as a doubt, what is not
stated it notes as a default.
"""
