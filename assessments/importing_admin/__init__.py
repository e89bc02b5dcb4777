"""Files of questions in the Wagtail admin: upload, look, save, take back; and the way out."""
