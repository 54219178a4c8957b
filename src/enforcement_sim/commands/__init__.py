"""What the commands of every room share: their options, and how they read scenarios and run designs."""
