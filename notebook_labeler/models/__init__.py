"""What proposes: predictors, their catalogue, and the recommender of concept mappings."""
