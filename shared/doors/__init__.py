"""What every HTTP and queue door checks before its handler runs, what it may be asked, and how it answers."""
