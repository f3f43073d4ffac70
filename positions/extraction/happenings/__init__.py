"""Events: dated happenings that positions cluster around (in work: written by another hand, see git log)."""
