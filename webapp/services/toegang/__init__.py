"""Who becomes a medewerker of a school, who stops, and at which address they log in."""
