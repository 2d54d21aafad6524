"""Files of records, for people and their spreadsheets."""
