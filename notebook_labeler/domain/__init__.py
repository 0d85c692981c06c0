"""What labeling is: frozen records and pure functions. Standard library and numpy only."""
