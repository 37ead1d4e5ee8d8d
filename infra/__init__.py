"""Where Hunter lives: Bicep, its parameters, a person's scripts, and the tools that check and deploy it."""
