"""Downloads, folders and zips become submissions."""
