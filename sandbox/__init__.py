"""Practice, apart from the product: a simulated ParnasSys, the test centre's side of it, and `make run`.

`webapp` and `jobs` never import this, and a production image does without.
"""
