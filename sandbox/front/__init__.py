"""A stand-in for Azure Static Web Apps: the page, its sign-in and the way to the API, under `staticwebapp.config.json`.

configuration.py   which rule a path meets, and what it says     pure
sessions.py        cookie → who somebody is                      pure
sign_in.py         the doors under /.auth
pages.py           files of the page
proxy.py           /api on the function hosts
server.py          puts them together
"""

from sandbox.front.server import serve

__all__ = ["serve"]
