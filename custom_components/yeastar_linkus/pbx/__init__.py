"""One PBX at run time: the way its events come, what is read from it, what is wrong with it."""
