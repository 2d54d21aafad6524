"""What every command shares: where the API is, who asks, in which language, and how the answer is shown.

The options of `Options` are added to each command's own, so that they may stand behind it.
"""

# no `from __future__ import annotations`: typer reads the options' annotations as they are

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_address
from typing import Annotated, Any, TypeVar, get_type_hints

import httpx
import typer

from stockbridge_cli.client import TIMEOUT_S, Api, NotReachable, Refused, signed_in
from stockbridge_cli.profiles import BadProfile, Profile, printed_token, profile
from stockbridge_cli.screen import Screen
from stockbridge_cli.texts import say

REFUSED, NOT_REACHABLE = 1, 3  # exit codes; 0 is success, and 2 a command that cannot be understood

LOCAL_API = "http://127.0.0.1:8080"

_SHARED = "Shared options"


T = TypeVar("T")


class Language(StrEnum):
    PT = "pt"
    EN = "en"
    ES = "es"


def _option(name: str, text: str, *, variable: str | None = None) -> Any:
    return typer.Option(f"--{name}", help=text, envvar=variable, rich_help_panel=_SHARED)


@dataclass(frozen=True, slots=True)
class Options:
    stage: Annotated[
        str,
        _option("stage", "An installation named in ~/.config/stockbridge/config.toml", variable="STOCKBRIDGE_STAGE"),
    ] = ""
    api: Annotated[
        str, _option("api", f"Address of the API; without one the stage's, or {LOCAL_API}", variable="STOCKBRIDGE_API")
    ] = ""
    token: Annotated[
        str, _option("token", "Access token; without one the stage's, or --user", variable="STOCKBRIDGE_TOKEN")
    ] = ""
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
    language: Annotated[
        Language | None, _option("language", "Language of results; pt if nothing says", variable="STOCKBRIDGE_LANGUAGE")
    ] = None
    as_json: Annotated[bool, _option("json", "Results as JSON on standard output, refusals on standard error")] = False


@dataclass(frozen=True)
class Session:
    """`api` signs in when it is first used, so that what needs none works without."""

    screen: Screen
    http: httpx.Client
    options: Options
    token_command: str

    @cached_property
    def api(self) -> Api:
        """Raises BadParameter for what cannot be asked, Refused and NotReachable."""
        given, language = self.options, self.screen.language
        local = is_local(given.api)
        if not local and not given.api.startswith("https://"):
            raise typer.BadParameter(say("https_needed", language))
        if given.token:
            token = given.token
        elif self.token_command:
            token = _told(lambda: printed_token(self.token_command))
        elif local and is_local(given.sign_in):
            token = self._signed_in()
        else:
            raise typer.BadParameter(say("token_needed", language))
        return Api(self.http, given.api, token, given.account or None, language)

    def _signed_in(self) -> str:
        given = self.options
        try:
            return signed_in(self.http, given.sign_in, given.user, given.password)
        except Refused as refused:
            if refused.problem.get("error") != "invalid_grant":  # RFC 6749: user or password are wrong
                raise
            detail = say("sign_in_refused", self.screen.language, user=given.user)
            raise Refused(refused.problem | {"detail": detail}) from refused


@contextmanager
def opened(options: Options) -> Iterator[Session]:
    """Ends the command with its exit code when the API refuses, or nobody answers."""
    known = _told(lambda: profile(options.stage)) if options.stage else Profile()
    language = _told(lambda: _language(options.language or known.language or Language.PT))
    options = replace(
        options, api=options.api or known.api or LOCAL_API, account=options.account or known.account, language=language
    )
    screen = Screen(language, options.as_json)
    try:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=not is_local(options.api)) as http:
            yield Session(screen, http, options, known.token_command)
    except Refused as refused:
        screen.refused(refused)
        raise typer.Exit(REFUSED) from None
    except NotReachable as error:
        screen.not_reachable(error)
        raise typer.Exit(NOT_REACHABLE) from None


def command(app: typer.Typer, name: str, *examples: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function whose first parameter is the Session a command; the others are its own options.

    `examples` are shown below its help, each a line.
    """

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
        app.command(name, epilog="\n\n".join(["Examples:", *examples]) if examples else None)(run)
        return function

    return register


def is_local(url: str) -> bool:
    """Whether the address is this machine's own."""
    try:
        host = httpx.URL(url).host
        return host == "localhost" or ip_address(host).is_loopback
    except (httpx.InvalidURL, ValueError):
        return False


def _told(read: Callable[[], T]) -> T:
    """What the profile says; when it is wrong the command cannot be understood."""
    try:
        return read()
    except BadProfile as error:
        raise typer.BadParameter(str(error)) from error


def _language(name: str) -> Language:
    try:
        return Language(name)
    except ValueError as error:
        raise BadProfile(f"language: {error}") from error
