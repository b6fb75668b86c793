"""Addresses from outside: which lead to the open internet, and the forms of what becomes part of one."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from itertools import zip_longest
from typing import TypeGuard

import httpx

_LONGEST = 8192
_AMBIGUOUS = re.compile(r".*\\|[^/?#]*//[^/?#]*[@ ]")
_HOST = re.compile(r"[a-z0-9._:-]+")
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
"""A last part by which the system reads a name as an IPv4 address: 127.1, 0x7f.1, 2130706433 (inet_aton)."""
_LOCAL_NAMES = (
    ".localhost", ".local", ".localdomain", ".internal", ".intranet", ".home.arpa", ".lan", ".home", ".corp", ".private"
)  # fmt: skip
_OPEN_IPV6 = ipaddress.ip_network("2000::/3")
_CLOSED_IPV6 = tuple(map(ipaddress.ip_network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_CLOUD = ipaddress.ip_address("168.63.129.16")
"""Azure's machine services, which are not in a private range."""

_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*"
_ENDPOINT = re.compile(rf"(?=.{{1,200}}\Z){_SEGMENT}(?:/{_SEGMENT}){{1,9}}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")


class NotPublic(Exception):
    """A name that leads to no public address."""


def is_address(url: object) -> bool:
    """Whether it has the form of an http or https address, without a user or a password in it."""
    parts = _parts(url)
    return parts is not None and parts.scheme in ("http", "https")


def is_public(url: object) -> bool:
    """Whether an address is https on a host that is public by its form. What its name leads to is not asked."""
    parts = _parts(url)
    return parts is not None and parts.scheme == "https" and _is_public_host(_host(parts))


def is_private(url: object) -> bool:
    """Whether an address is, by its form, on this machine or its network, or cannot be read at all."""
    parts = _parts(url)
    return parts is None or not _is_public_host(_host(parts))


def is_loopback(url: object) -> bool:
    """Whether an address is http or https on this machine, by the plainest forms only: localhost, 127.0.0.1, [::1]."""
    parts = _parts(url)
    if parts is None or not is_address(url):
        return False
    try:
        return ipaddress.ip_address(_host(parts)).is_loopback
    except ValueError:
        return _host(parts) == "localhost"


def host_of(url: object) -> str:
    """The host of an http or https address, in small letters: "localhost" for each of this machine's usual names."""
    parts = _parts(url)
    if parts is None or not is_address(url):
        return ""
    return "localhost" if _host(parts) in ("localhost", "127.0.0.1", "::1") else _host(parts)


def is_endpoint(text: object) -> TypeGuard[str]:
    """Whether it has the form of an endpoint's id: owner/app and more, each part of letters, digits, - _ and dots."""
    return isinstance(text, str) and _ENDPOINT.fullmatch(text) is not None


def is_request_id(text: object) -> TypeGuard[str]:
    """Whether it has the form of a request's id: letters, digits, - and _, at most 128."""
    return isinstance(text, str) and _REQUEST_ID.fullmatch(text) is not None


def is_public_ip(text: str) -> bool:
    """Whether an IP address is on the open internet. One that carries an IPv4 address is judged by that as well."""
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast and ip != _CLOUD
    if ip.scope_id is not None:
        return False
    if ip.ipv4_mapped is not None:
        return is_public_ip(str(ip.ipv4_mapped))
    if ip in _NAT64:
        return is_public_ip(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    if ip.sixtofour is not None:
        return is_public_ip(str(ip.sixtofour))
    return ip in _OPEN_IPV6 and ip.is_global and not any(ip in network for network in _CLOSED_IPV6)


async def public_ips(host: str, port: int) -> list[str]:
    """The public IP addresses a host's name leads to now, in the system's order but IPv6 and IPv4 by turns: where one
    of the two goes nowhere, the other comes second. Others are left out.

    Raises:
        NotPublic: it has none.
        OSError: the name cannot be looked up.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ips = list(dict.fromkeys(str(address[0]) for *_, address in found))
    public = [ip for ip in ips if is_public_ip(ip)]
    if not public:
        raise NotPublic(f"{host} leads to no public address")
    first = [ip for ip in public if (":" in ip) == (":" in public[0])]
    second = [ip for ip in public if ip not in first]
    return [ip for pair in zip_longest(first, second) for ip in pair if ip is not None]


def _parts(url: object) -> httpx.URL | None:
    """An address as the HTTP library reads it, which is what is called; None with a user, or where readers differ."""
    if not isinstance(url, str) or len(url) > _LONGEST or not url.isprintable() or _AMBIGUOUS.match(url):
        return None
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return None
    return parts if _HOST.fullmatch(_host(parts)) and (parts.port is None or 0 < parts.port < 1 << 16) else None


def _host(parts: httpx.URL) -> str:
    return parts.raw_host.decode("ascii", "replace").lower()


def _is_public_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        last = host.rpartition(".")[2]
        named = _NAME.fullmatch(host) is not None and _NUMBER.fullmatch(last) is None
        return named and not host.endswith(_LOCAL_NAMES)
    return is_public_ip(host)
