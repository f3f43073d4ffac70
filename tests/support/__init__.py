"""What tests share: rows to start from, private servers, a browser."""
