"""The engines that look for good plans; OR-Tools is imported in this folder and nowhere else."""
