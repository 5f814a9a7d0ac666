"""The one authoriser: facts and a request in, a decision with its reason out.

Pure: no clock, no files, no database. Who asks is established before, what is decided is
recorded after; neither happens here.
"""
