"""What scripts of Durward stand on. Scripts import Java names instead; see `packages`."""
