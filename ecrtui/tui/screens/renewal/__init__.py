"""What the person is asked for when credentials are refused, one screen for each way back."""
