"""Full loads of one table against the pipe of the two engines' own clients, side by side in one run."""
