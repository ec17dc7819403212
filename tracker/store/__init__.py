"""What is kept: answers and counters in Redis, sealed."""
