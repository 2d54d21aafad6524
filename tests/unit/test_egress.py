"""The rule about whom this system may speak to."""

from __future__ import annotations

import pytest

from stockbridge.egress import is_public, url_problem


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::6810:84e5", "2001:4860:4860::8888"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:8.8.8.8",
        "::ffff:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_any_other_address_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://api.example.com/x", None),
        ("https://api.example.com:443/x?y#z", None),
        ("HTTPS://API.EXAMPLE.COM", None),
        ("https://8.8.8.8/", None),
        ("http://api.example.com/", "not_https"),
        ("https://api.example.com:80/", "port_not_allowed"),
        ("https://me@api.example.com/", "credentials_in_url"),
        ("https://api.example.com@evil.example/", "credentials_in_url"),
        ("https://10.0.0.1/", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://localhost/", "private_address"),
        ("https://intranet./", "private_address"),
        ("https://", "invalid_url"),
        ("https:///x", "invalid_url"),
        ("//api.example.com", "invalid_url"),
        ("file:///etc/passwd", "invalid_url"),
        ("https://api.example.com:port/", "invalid_url"),
        ("https://api .example.com/", "invalid_url"),
        ("", "invalid_url"),
    ],
)
def test_a_url_may_be_called_or_has_a_reason(url: str, problem: str | None) -> None:
    assert url_problem(url, allow_private=False) == problem


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://127.0.0.1:8123/x", None),
        ("http://localhost/x", None),
        ("http://me@127.0.0.1/", "credentials_in_url"),
        ("ftp://127.0.0.1/", "invalid_url"),
    ],
)
def test_on_one_machine_private_addresses_are_allowed(url: str, problem: str | None) -> None:
    assert url_problem(url, allow_private=True) == problem
