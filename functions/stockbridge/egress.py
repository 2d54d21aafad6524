"""Which addresses this system may speak to.

Operators write the addresses of marketplaces, so without a rule a channel could be pointed at what only this
system can reach: the function's own runtime, a metadata service, a private network. The rule holds twice: for
the URL when it is saved and before each request, and for the resolved address when the connection is made.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

# Only global unicast, without 6to4: a translated address (mapped, NAT64, 6to4) hides another one inside.
_UNICAST = IPv6Network("2000::/3")
_SIX_TO_FOUR = IPv6Network("2002::/16")


def url_problem(url: str, *, allow_private: bool) -> str | None:
    """Why the URL may not be called, as a key of texts.py; None when it may.

    `allow_private` is for a system that runs on one machine: http, any port and any host.
    """
    try:
        parts = parse_url(url)  # the parser of the transport: two parsers could disagree about the host
    except (LocationParseError, ValueError):
        return "invalid_url"
    if parts.scheme not in ("http", "https") or not parts.host:
        return "invalid_url"
    if parts.auth is not None:
        return "credentials_in_url"
    if allow_private:
        return None
    if parts.scheme != "https":
        return "not_https"
    if parts.port not in (None, 443):
        return "port_not_allowed"
    return None if _may_be_public(parts.host) else "private_address"


def is_public(address: str) -> bool:
    """The numeric address is one of the public internet."""
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    return ip in _UNICAST and ip not in _SIX_TO_FOUR and not ip.is_private


def _may_be_public(host: str) -> bool:
    try:
        literal: IPv4Address | IPv6Address = ip_address(host.strip("[]"))
    except ValueError:
        return "." in host.rstrip(".")  # a name of one label is of the local network
    return is_public(str(literal))
