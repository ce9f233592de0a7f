"""The web room: API, article pages, chat page. `app.py` puts them together."""
