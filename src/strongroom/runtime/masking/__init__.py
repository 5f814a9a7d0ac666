"""Masking: known values are replaced wherever they show up, whatever the text around says.

By value, not by the names of fields: a name that nobody thought of hides nothing. So a value
must be known first; what is not known, or was changed beyond `strongroom.forms`, is not seen.
"""
