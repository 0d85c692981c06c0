"""What is kept: the journal database, Parquet versions, predictions, the project folder."""
