"""Scripts that train what the reader ships. Nothing here runs in production."""
