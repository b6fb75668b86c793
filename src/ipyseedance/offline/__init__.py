"""fal on your own machine: a loopback server that speaks fal's queue protocol and renders real clips."""
