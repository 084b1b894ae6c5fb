//! As much of Markdown as posting a question needs.
