"""Steps 6 and 7: taking in an aanlevering: match, write what is certain, make questions of the rest, park leavers."""
