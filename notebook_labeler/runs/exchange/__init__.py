"""Between records of foreign formats and the journal: which input a picture is, where its regions lie, what is new."""
