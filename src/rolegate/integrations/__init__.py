"""Guards for web frameworks: `asgi`, `django`, `fastapi` and `flask`. Each of them imports its framework."""
