"""Images from anywhere to anywhere: what goes, where to, and the moving itself."""
