-- Which versions a key wraps: to wrap them anew in chunks, and to know that none is left.
CREATE INDEX version_kek ON version (kek_id) WHERE state <> 'destroyed';
