"""The scanner: finds leaked secrets in files, histories and streams. It knows no room."""
