"""Steps of the positions domain on an open session."""
