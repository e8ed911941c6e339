"""Where a stream or file goes, read strictly: what cannot be read for certain is not local."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

Reach = Literal["file", "loopback", "network", "unclear"]

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]+:")
"""Two characters or more: a Windows drive is not a scheme. FFmpeg reads `tee:`, `concat:` and the like without slashes."""
_STREAMS = {"rtmp", "rtmps", "srt", "http", "https", "ws", "wss", "rtsp", "udp", "tcp", "rtp"}
_HOSTS = {
    "youtube.com": "youtube", "twitch.tv": "twitch", "live-video.net": "twitch",
    "facebook.com": "facebook", "instagram.com": "instagram", "bilivideo.com": "bilibili", "bilibili.com": "bilibili",
    "tiktok.com": "tiktok", "tiktokcdn.com": "tiktok", "douyin.com": "douyin", "douyincdn.com": "douyin",
    "kuaishou.com": "kuaishou", "gifshow.com": "kuaishou", "taobao.com": "taobao", "alicdn.com": "taobao",
    "weixin.qq.com": "wechat", "wechat.com": "wechat",
}  # fmt: skip
"""Domains of ingest servers, so that a platform cannot pass for one's own server. A domain stands for its subdomains."""


@dataclass(frozen=True, slots=True)
class Destination:
    reach: Reach
    platform: str
    """From the host's domain; ``own`` for a server that no platform is known to run, and for what stays here."""


def read_destination(text: str) -> Destination:
    """Never raises: what is doubtful is ``unclear``, and ``unclear`` is allowed nowhere."""
    unclear = Destination("unclear", "own")
    if not text or not text.isprintable() or text != text.strip():
        return unclear
    if not _SCHEME.match(text):
        # //host/share and \\host\share leave the machine.
        return unclear if text.startswith(("//", "\\\\")) else Destination("file", "own")
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return unclear
    if parts.scheme == "file":
        return Destination("file", "own") if not host else unclear
    if parts.scheme not in _STREAMS or not host or "\\" in text or " " in text:
        return unclear
    return Destination("loopback", "own") if _is_loopback(host) else Destination("network", _platform(host))


def _is_loopback(host: str) -> bool:
    """By its address, or the one name ``localhost``: any other name may lead anywhere tomorrow."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _platform(host: str) -> str:
    host = host.rstrip(".")
    for domain, platform in _HOSTS.items():
        if host == domain or host.endswith("." + domain):
            return platform
    return "own"
