"""One referral on its way into Dynamics: what it is about, what it wants, how it stands, and the answer back."""
