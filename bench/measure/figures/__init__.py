"""One module a figure; each has `NAME` and `measure(platform, effort)`, which yields rows."""
