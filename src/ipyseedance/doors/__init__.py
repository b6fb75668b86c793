"""Where what comes from outside comes in: names of files, addresses, pictures, videos, JSON and text, one door each.

A folder, an answer and a page are strangers. A door gives what is safe to use, or an error that says what is wrong;
`tests/hostile/test_doors.py` checks that no module goes round one. Nothing of this package is below this room.
"""
