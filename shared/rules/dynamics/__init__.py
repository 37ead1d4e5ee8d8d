"""What Hunter wants in Dynamics 365, decides there, remembers of it and tells about it."""
