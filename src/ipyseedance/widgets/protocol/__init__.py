"""What travels between the kernel and a page, typed once: `scripts/protocol.py` writes the browser's types from here.

`message.py` says what a message is, `shared.py` what both widgets say, `snapshots.py` what Studio shows, `requests.py`
and `history.py` what it is asked, `wall.py` both of the Wall.
Plain data: nothing here knows jobs, the history or a widget.
"""
