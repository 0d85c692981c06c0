"""How good it is: matching, agreement, and what each person's work came to. Arithmetic only."""
