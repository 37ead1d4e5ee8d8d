"""One file per check: answers of name servers in, a `Check` out. Pure; what a check still wants, `Asked` remembers."""
