"""How this machine reaches the net: the proxies and the certificates that its environment names.

The HTTP library reads them too, and raises what is no error of HTTP for a value that it does not know. Here each is
read by itself: what cannot be used is named, and stops only the calls that need it.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import re
import ssl
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Self
from urllib.request import getproxies

import httpx

from ..contract.errors import SeedanceError
from ..doors.addresses import is_private
from ..doors.text import plain

_SCHEMES = ("http", "https", "all")
_HOST = re.compile(rb"[A-Za-z0-9._:-]+")
_KINDS = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True)
class Proxy:
    """A proxy that the environment names."""

    variable: str
    """Where it is named, such as "HTTPS_PROXY"."""
    shown: str
    """Its scheme, host and port: the value itself may hold a password."""
    opened: httpx.Proxy | None = field(repr=False)
    """None where it cannot be used."""
    problem: str = ""
    """Why it cannot be used, or ""."""

    @property
    def error(self) -> SeedanceError:
        """What stops the calls that need it."""
        return SeedanceError(
            f"{self.variable} names the proxy {self.shown!r}, which cannot be used: {self.problem}.",
            next_step=f"Nothing was sent. Correct {self.variable} or remove it, then try again.",
        )


@dataclass(frozen=True)
class Network:
    """The way to some address, and to those beside it."""

    certificates: ssl.SSLContext
    proxies: dict[str, Proxy] = field(default_factory=dict)
    """By the scheme of the addresses they are for, or "all"."""
    around: tuple[str, ...] = ()
    """The entries of NO_PROXY."""

    @classmethod
    def read(cls, url: str) -> Self:
        """The way to an address, as the environment has it now.

        No proxy is asked for this machine and its network, and plain http needs no certificates.

        Raises:
            SeedanceError: the certificates or the proxy it needs cannot be used; the text names the variable.
        """
        try:
            certificates = _certificates(os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))
        except SeedanceError:
            if not url.lower().startswith("http:"):
                raise
            certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # it trusts nobody, should https come after all
        if is_private(url):
            return cls(certificates)
        named = getproxies()
        proxies = {scheme: _proxy(scheme, named[scheme], certificates) for scheme in _SCHEMES if named.get(scheme)}
        around = tuple(filter(None, (entry.strip().lower() for entry in named.get("no", "").split(","))))
        network = cls(certificates, proxies, around)
        proxy = network.proxy(url)
        if proxy is not None and proxy.problem:
            raise proxy.error
        return network

    def proxy(self, url: str) -> Proxy | None:
        """The proxy that is asked for an address, or None."""
        parts = httpx.URL(url)
        found = self.proxies.get(parts.scheme) or self.proxies.get("all")
        return None if found is None or any(_names(entry, parts) for entry in self.around) else found


def _proxy(scheme: str, value: str, certificates: ssl.SSLContext) -> Proxy:
    named = (name for name, said in os.environ.items() if name.lower() == f"{scheme}_proxy" and said == value)
    variable = next(named, "the system's settings")
    # Without a scheme it is one of http, as other programs read it.
    value = value if "://" in value else f"http://{value}"
    problem = ""
    try:
        url = httpx.URL(value)
        if url.scheme not in _KINDS:
            problem = f"it must begin with {'://, '.join(_KINDS)}://"
        elif not _HOST.fullmatch(url.raw_host) or not (url.port is None or 0 < url.port < 1 << 16):
            problem = "it names no host, or no port that there is"
        elif url.scheme.startswith("socks") and importlib.util.find_spec("socksio") is None:
            problem = "SOCKS needs the package socksio (pip install 'httpx[socks]')"
        else:
            opened = httpx.Proxy(url, ssl_context=certificates if url.scheme == "https" else None)
            return Proxy(variable, f"{opened.url.scheme}://{opened.url.netloc.decode('ascii', 'replace')}", opened)
    except (httpx.InvalidURL, ValueError):
        problem = "it cannot be read"
    return Proxy(variable, _without_password(value), None, problem)


def _without_password(value: str) -> str:
    """Scheme, host and port of what may be no address: nothing before the last @ is of them."""
    scheme, _, rest = value.partition("://")
    scheme = scheme if re.fullmatch("[A-Za-z0-9+.-]{1,20}", scheme) else "?"
    return plain(f"{scheme}://{re.split('[/?#]', rest.rpartition('@')[2])[0]}", 200)


def _names(entry: str, url: httpx.URL) -> bool:
    """Whether an entry of NO_PROXY means an address.

    It is "*", a host, a domain with or without a dot before it, an IP address or a range of them; each may have a
    scheme before it and a port behind. What is none of these means nothing.
    """
    scheme, found, rest = entry.rpartition("://")
    if found and scheme not in ("all", url.scheme):
        return False
    if rest == "*":
        return True
    bare = rest.strip("[]")
    try:
        network = ipaddress.ip_network(bare, strict=False)
    except ValueError:
        pass
    else:
        return _is_in(url.host, network)
    name, colon, port = rest.rpartition(":")
    if colon and port.isascii() and port.isdigit():
        if int(port[:9]) != (url.port or {"http": 80, "https": 443}.get(url.scheme)):
            return False
        rest = name
    name = rest.lstrip("*").lstrip(".").strip("[]")
    return bool(name) and (url.host == name or url.host.endswith(f".{name}"))


def _is_in(host: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(host) in network
    except ValueError:
        return False


@cache
def _certificates(file: str, folder: str) -> ssl.SSLContext:
    """Those that the HTTP library reads. It takes tens of milliseconds, so all clients share them."""
    try:
        if not file and folder and not any(Path(place).is_dir() for place in folder.split(os.pathsep)):
            raise NotADirectoryError(0, "there is no such folder")
        return httpx.create_ssl_context()
    except OSError as error:  # ssl's errors are of them
        variable, value = ("SSL_CERT_FILE", file) if file else ("SSL_CERT_DIR", folder)
        raise SeedanceError(
            f"{variable} is {plain(value, 200)!r}, where no certificates can be read ({error.strerror or error})."
            if value
            else f"The certificates of this Python cannot be read ({error.strerror or error}).",
            next_step=f"Nothing was sent. Correct {variable} or remove it, then try again."
            if value
            else "Nothing was sent. Install the package certifi anew.",
        ) from error
