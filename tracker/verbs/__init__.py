"""What the service does, one file and one public function each: plain values and ports in, a value or a
refusal out. None knows the web, the wire or a store, and none another."""
