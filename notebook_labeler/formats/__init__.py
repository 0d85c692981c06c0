"""Files of other programs: each format is two functions between files and records, found by its name."""
