"""What runs images, made to run another one: a service of ECS, a function of Lambda."""
