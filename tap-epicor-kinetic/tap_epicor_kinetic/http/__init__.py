"""One request: sent, judged, repeated."""
