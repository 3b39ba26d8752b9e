"""The plan: a frozen value that says what apply will do and what happens to the data; built without side effects."""
