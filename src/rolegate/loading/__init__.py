"""Reading a policy set from a folder: a set to ask, or all that is wrong with it.

Where a part of one tenant is at fault, the rest of the set is in force without it; and what bad values hide
is found as if they were mended.
"""
