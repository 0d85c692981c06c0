"""What is labeled: opened safely, upright, cut to size. One file per kind of input."""
