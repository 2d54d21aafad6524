"""The page where a person picks one of the ready users."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from local.standins.tokens import USERS

_ROLES = {"admin": "administra canais e chaves", "operator": "reprocessa e remove registros", "viewer": "só consulta"}

_PAGE = """<!doctype html>
<html lang="pt-BR">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · StockBridge local</title>
<style>
  body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 28rem; margin: 12vh auto; padding: 0 1rem; color: #1b1b1b;
         background: #fff; }}
  button {{ display: block; width: 100%; padding: .75rem 1rem; margin: .5rem 0; font: inherit; text-align: left;
           border: 1px solid #6b6b6b; border-radius: .375rem; background: #fff; color: inherit; cursor: pointer; }}
  button:hover {{ background: #f1f4f9; }}
  button:focus-visible {{ outline: 3px solid #0b5fff; outline-offset: 2px; }}
  small {{ color: #4a4a4a; }}
</style>
<main>
<h1>{title}</h1>
{content}
</main>
</html>
"""


def sign_in_page(parameters: Mapping[str, str]) -> str:
    """One button for each ready user; what the application asked for travels along."""
    hidden = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in parameters.items()
    )
    buttons = "\n".join(
        f'<button name="username" value="{user.username}"{" autofocus" if number == 0 else ""}>'
        f"<strong>{escape(user.name)}</strong> <small>{user.role}: {_ROLES[user.role]}</small></button>"
        for number, user in enumerate(USERS.values())
    )
    content = (
        "<p>Este é o ambiente local: escolha com quem entrar. Não há senha.</p>\n"
        f'<form method="post" action="/authorize">\n{hidden}\n{buttons}\n</form>'
    )
    return _PAGE.format(title="Entrar", content=content)


def message_page(title: str, message: str) -> str:
    return _PAGE.format(title=escape(title), content=f"<p>{escape(message)}</p>")
