"""What a run of each kind does, a slice at a time: a run that was taken in, the run as it stands after the slice
out."""
