"""What every command shares: where the API is, who asks, in which language, and how the answer is shown.

The options of `Options` are added to each command's own, so that they may stand behind it.
"""

# no `from __future__ import annotations`: typer reads the options' annotations as they are

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated, Any, get_type_hints

import httpx
import typer

from stockbridge_cli.client import TIMEOUT_S, Api, NotReachable, Refused, signed_in
from stockbridge_cli.screen import Screen
from stockbridge_cli.texts import say

REFUSED, NOT_REACHABLE = 1, 3  # exit codes; 0 is success, and 2 a command that cannot be understood

_SHARED = "Shared options"


class Language(StrEnum):
    PT = "pt"
    EN = "en"
    ES = "es"


def _option(name: str, text: str, *, variable: str | None = None) -> Any:
    return typer.Option(f"--{name}", help=text, envvar=variable, rich_help_panel=_SHARED)


@dataclass(frozen=True, slots=True)
class Options:
    api: Annotated[str, _option("api", "Address of the API", variable="STOCKBRIDGE_API")] = "http://127.0.0.1:8080"
    token: Annotated[str, _option("token", "Access token; without one: --user", variable="STOCKBRIDGE_TOKEN")] = ""
    account: Annotated[
        str, _option("account", "One of the user's accounts, if there are several", variable="STOCKBRIDGE_ACCOUNT")
    ] = ""
    user: Annotated[str, _option("user", "User of the local system", variable="STOCKBRIDGE_USER")] = "ana"
    password: Annotated[str, _option("password", "Password in the local system", variable="STOCKBRIDGE_PASSWORD")] = (
        "stockbridge"  # noqa: S105 - of the ready users, printed in the README
    )
    sign_in: Annotated[str, _option("sign-in", "Address of the local sign-in", variable="STOCKBRIDGE_SIGN_IN")] = (
        "http://127.0.0.1:8081"
    )
    language: Annotated[Language, _option("language", "Language of results", variable="STOCKBRIDGE_LANGUAGE")] = (
        Language.PT
    )
    as_json: Annotated[bool, _option("json", "Results as JSON on standard output, refusals on standard error")] = False


@dataclass(frozen=True, slots=True)
class Session:
    api: Api
    screen: Screen


@contextmanager
def opened(options: Options) -> Iterator[Session]:
    """Ends the command with its exit code when the API refuses, or nobody answers."""
    screen = Screen(options.language, options.as_json)
    local = _is_local(options.api)
    if not local and not options.api.startswith("https://"):
        raise typer.BadParameter(say("https_needed", options.language))
    if not options.token and not (local and _is_local(options.sign_in)):
        raise typer.BadParameter(say("token_needed", options.language))
    try:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=not local) as http:
            token = options.token or signed_in(http, options.sign_in, options.user, options.password)
            yield Session(Api(http, options.api, token, options.account or None, options.language), screen)
    except Refused as refused:
        screen.refused(refused)
        raise typer.Exit(REFUSED) from None
    except NotReachable as error:
        screen.not_reachable(error)
        raise typer.Exit(NOT_REACHABLE) from None


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function whose first parameter is the Session a command; the others are its own options."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        _, *own = inspect.signature(function).parameters.values()
        hints = get_type_hints(Options, include_extras=True)
        shared = [
            inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=one.default, annotation=hints[one.name])
            for one in fields(Options)
        ]

        @functools.wraps(function)
        def run(**values: Any) -> None:
            options = Options(**{one.name: values.pop(one.name) for one in shared})
            with opened(options) as session:
                function(session, **values)

        own = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own]
        signature = inspect.Signature([*own, *shared])
        run.__signature__ = signature  # type: ignore[attr-defined]  # what typer reads
        run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
        del run.__wrapped__  # or else typer reads the function's own
        app.command(name)(run)
        return function

    return register


def _is_local(url: str) -> bool:
    host = httpx.URL(url).host
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
