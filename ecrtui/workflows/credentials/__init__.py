"""What a person signs in with: kept, found, handed to other programs."""
