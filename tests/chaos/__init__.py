"""The fault matrix: the same referrals on a calm day and through every kind of trouble must end the same."""
