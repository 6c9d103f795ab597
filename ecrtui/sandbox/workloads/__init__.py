"""What runs images in one account and region: ECS, Lambda and the others, as far as images go."""
