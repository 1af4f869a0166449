"""Steps 6 and 7: taking in a delivery: match, write what is certain, make questions of the rest, park leavers."""
